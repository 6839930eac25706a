/** The connected SDKs at their address. */
import "@/app/library-later.css";
import { getRouteApi } from "@tanstack/react-router";
import { usePlace } from "@/features/projects/place";
import { SdksPage } from "@/features/sdks/sdks-page";

const route = getRouteApi("/signed-in/projects/$project/environments/$environment/sdks");

export function SdksRoute() {
  const { project, environment } = usePlace();
  const { sdk } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <SdksPage
      project={project}
      environment={environment}
      version={sdk}
      onVersion={(next) =>
        void navigate({ search: next === undefined ? {} : { sdk: next }, replace: true })
      }
    />
  );
}
