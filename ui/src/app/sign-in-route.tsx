/** The sign-in page at its address: leads on to where the reader was going. */
import "@/app/library-later.css";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { SignInPage } from "@/features/session/sign-in-page";

const route = getRouteApi("/sign-in");

export function SignInRoute() {
  const { next, ended } = route.useSearch();
  const navigate = useNavigate();
  return (
    <SignInPage
      ended={ended === true}
      onSignedIn={() => navigate({ href: next ?? "/", replace: true })}
    />
  );
}
