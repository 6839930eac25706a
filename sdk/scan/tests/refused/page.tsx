import { FeatureFlag, useFlag } from "@openfeature/react-sdk";
import { OpenFeature } from "@openfeature/server-sdk";

const client = OpenFeature.getClient();

export const shared = await client.getBooleanValue("new-billing", false);

export function Page() {
  const flag = useFlag("new-billing", false);
  const on = useFlag("new-billing", false).value;
  return (
    <FeatureFlag flagKey="new-billing">
      <Button isNew={on} title={flag.reason} />
    </FeatureFlag>
  );
}

export async function settings() {
  const value = await client.getStringValue("new-billing", "");
  const isNew = await client.getBooleanValue("new-billing", false);
  track(await client.getBooleanValue("new-billing", false));
  return { isNew, value, text: `${await client.getBooleanValue("new-billing", false)}` };
}

export async function chosen() {
  const on = await client.getBooleanValue("new-billing", false);
  const { first: one = on } = read();
  switch (await client.getBooleanValue("new-billing", false)) {
    case true:
      return one;
  }
  return client.getBooleanValue("new-billing", false).then((it) => it);
}
