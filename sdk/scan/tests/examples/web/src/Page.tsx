import { FeatureFlag, useBooleanFlagValue as useOn } from "@openfeature/react-sdk";
import { useFlag as useUnleash } from "@unleash/proxy-client-react";
import { Flag, useFlag } from "./lib";

export function Page({ flags }: Props) {
  const { value } = useFlag("hook", false);
  const on = useOn("renamed-hook", false);
  const beta = useUnleash(Flag.Beta);
  return (
    <FeatureFlag flagKey="element" match={true} defaultValue={false}>
      <FeatureFlag flagKey={Flag.DarkMode} />
      {flags.isEnabled("in-braces") && <p title="isEnabled('trap-in-an-attribute')">isEnabled("trap-in-text")</p>}
      {on && beta && value}
    </FeatureFlag>
  );
}
