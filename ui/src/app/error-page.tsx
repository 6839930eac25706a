/** The pages for an address that leads nowhere, and for a page that failed. */
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { SearchIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { QueryError } from "@/design/query-error";
import { commonText } from "@/text/common";
import { errorsText } from "@/text/errors";

export function MissingPage() {
  useDocumentTitle(commonText.pageTitle(errorsText.missingTitle));
  return (
    <Notice
      icon={<SearchIcon size={20} />}
      title={errorsText.missingTitle}
      action={
        <Button variant="default" component={Link} to="/">
          {errorsText.home}
        </Button>
      }
    >
      {errorsText.missing}
    </Notice>
  );
}

export function ErrorPage({ error }: ErrorComponentProps) {
  const router = useRouter();
  const known = error instanceof Error ? error : new Error(String(error));
  return <QueryError error={known} onRetry={() => router.invalidate()} />;
}
