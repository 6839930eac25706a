/** Where code asks for the flag, as builds have told. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "@/design/ago";
import { CopyButton } from "@/design/copy-button";
import { SearchIcon } from "@/design/icons";
import { Notice } from "@/design/notice";
import { QueryError } from "@/design/query-error";
import { referencesQuery } from "@/features/flag/evidence";
import type { Where } from "@/features/flag/flag";
import { commonText } from "@/text/common";
import { flagText } from "@/text/flag";
import { formatMoment } from "@/text/format";
import classes from "./code-tab.module.css";

const words = flagText.code;
const COMMAND = "tenantry scan --upload";

export function CodeTab({ where }: { where: Where }) {
  const query = useQuery(referencesQuery(where.project, where.flag));
  if (query.isError) {
    return <QueryError error={query.error} onRetry={query.refetch} />;
  }
  if (query.data === undefined) {
    return <Skeleton height={120} />;
  }
  const { references, items, repositories } = query.data;
  if (references === 0 && repositories.length === 0) {
    return (
      <Notice
        icon={<SearchIcon size={20} />}
        title={words.emptyTitle}
        action={
          <span className={classes.command}>
            <code>{COMMAND}</code>
            <CopyButton value={COMMAND} label={commonText.copy} />
          </span>
        }
      >
        {words.empty}
      </Notice>
    );
  }
  return (
    <>
      <p className={classes.count}>
        {words.places(references)} {items.length < references && words.firstOf(items.length)}
      </p>
      {items.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{words.where}</th>
              <th scope="col" className={classes.call}>
                {words.call}
              </th>
              <th scope="col">{words.changed}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((it) => (
              <tr key={`${it.repository} ${it.path} ${it.line} ${it.column}`}>
                <th scope="row">
                  <span className={classes.repository}>{it.repository}</span>
                  <span className={classes.path}>
                    {it.path}:{it.line}
                  </span>
                </th>
                <td className={classes.call}>
                  <code>{it.call}</code>
                </td>
                <td>
                  {it.changed_at != null && <Ago at={it.changed_at} />}{" "}
                  {it.author != null && (
                    <span className={classes.muted}>{words.by(it.author)}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {repositories.length > 0 && (
        <section aria-label={words.repositories}>
          <h2 className={classes.title}>{words.repositories}</h2>
          <ul className={classes.repositories}>
            {repositories.map((it) => (
              <li key={it.repository}>
                <strong>{it.repository}</strong>{" "}
                <span className={classes.muted}>
                  {it.gone_at == null
                    ? words.since(formatMoment(it.first_at))
                    : words.gone(formatMoment(it.gone_at))}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
