/** The environment switcher in the bar, on the pages that belong to an environment. */
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate, useParams } from "@tanstack/react-router";
import { EnvironmentSwitcher } from "@/features/projects/environment-switcher";
import type { Environment } from "@/features/projects/projects";

export function EnvironmentChoice({ environments }: { environments: readonly Environment[] }) {
  const { environment } = useParams({ strict: false });
  const navigate = useNavigate();
  const narrow = useMediaQuery("(max-width: 52em)", undefined, { getInitialValueInEffect: false });
  if (environment === undefined || environments.length === 0) {
    return null;
  }
  return (
    <EnvironmentSwitcher
      environments={environments}
      value={environment}
      narrow={narrow}
      // The same page, with the same view of it, elsewhere.
      onChange={(key) =>
        void navigate({
          to: ".",
          params: (current) => ({ ...current, environment: key }),
          search: true,
        })
      }
    />
  );
}
