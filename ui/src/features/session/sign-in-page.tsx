/** The only page for those who are not signed in. */
import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ColorSchemeMenu } from "@/design/color-scheme-menu";
import { Logo } from "@/design/logo";
import { signIn } from "@/features/session/session";
import { signInError, tokenFormError } from "@/features/session/token-form";
import { commonText } from "@/text/common";
import { sessionText } from "@/text/session";
import classes from "./sign-in-page.module.css";

interface SignInPageProps {
  /** Whether an earlier session ran out, rather than never having been. */
  ended: boolean;
  onSignedIn: () => void;
}

export function SignInPage({ ended, onSignedIn }: SignInPageProps) {
  const queryClient = useQueryClient();
  useDocumentTitle(commonText.pageTitle(sessionText.title));
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { token: "" },
    transformValues: ({ token }) => ({ token: token.trim() }),
    validate: { token: (token) => tokenFormError(token.trim()) },
  });
  const attempt = useMutation({
    mutationFn: (token: string) => signIn(queryClient, token),
    onSuccess: onSignedIn,
    onError: (error) => form.setFieldError("token", signInError(error)),
  });

  return (
    <div className={classes.page}>
      <div className={classes.corner}>
        <ColorSchemeMenu />
      </div>
      <main className={classes.card}>
        <Logo size={28} />
        <p className={classes.tagline}>{commonText.tagline}</p>
        {ended && (
          <p className={classes.ended} role="status">
            {sessionText.ended}
          </p>
        )}
        <h1 className="visually-hidden">{sessionText.title}</h1>
        <form onSubmit={form.onSubmit(({ token }) => attempt.mutate(token))} noValidate>
          <PasswordInput
            key={form.key("token")}
            {...form.getInputProps("token")}
            label={sessionText.token}
            description={sessionText.help}
            placeholder="tnry_…"
            name="token"
            autoComplete="current-password"
            spellCheck={false}
            data-autofocus
            size="md"
            classNames={{ description: classes.help }}
            inputWrapperOrder={["label", "input", "error", "description"]}
            errorProps={{ role: "alert" }}
          />
          <Button type="submit" fullWidth size="md" mt="lg" loading={attempt.isPending}>
            {sessionText.submit}
          </Button>
        </form>
      </main>
    </div>
  );
}
