/** Tokens, one a row. */
import { Button } from "@mantine/core";
import { Ago } from "@/design/ago";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import type { Environment } from "@/features/projects/projects";
import { type Token, tokenState } from "@/features/settings/settings";
import { formatMoment } from "@/text/format";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

interface TokenListProps {
  tokens: readonly Token[];
  environments: readonly Environment[];
  now: Date;
  onRotate: (token: Token) => void;
  onRevoke: (token: Token) => void;
}

const words = settingsText.tokens;

export function TokenList({ tokens, environments, now, onRotate, onRevoke }: TokenListProps) {
  const nameOf = (key: string) => environments.find((it) => it.key === key)?.name ?? key;
  return (
    <VirtualRows
      label={settingsText.sections.tokens}
      rows={tokens}
      rowKey={({ id }) => id}
      rowProps={(token) => ({ "data-token": token.name, "data-state": tokenState(token, now) })}
      rowClassName={classes.row}
      estimate={57}
      columns={[
        { key: "name", head: words.columns.name, width: "minmax(11rem, 1.6fr)" },
        { key: "type", head: words.columns.type, width: "minmax(8rem, 1fr)" },
        { key: "created", head: words.columns.created, width: "minmax(8rem, 1fr)" },
        { key: "used", head: words.columns.used, width: "7.5rem" },
        { key: "expires", head: words.columns.expires, width: "7.5rem" },
        {
          key: "actions",
          head: <span className="visually-hidden">{words.columns.actions}</span>,
          width: "9.25rem",
        },
      ]}
    >
      {(token, { tabIndex }) => {
        const state = tokenState(token, now);
        return (
          <>
            <Cell className={`${classes.nameCell} ${state === "live" ? "" : (classes.dead ?? "")}`}>
              <strong>{token.name}</strong>
              {state !== "live" && <span className={classes.state}>{words[state]}</span>}
              {token.previous_until != null &&
                Date.parse(token.previous_until) > now.getTime() &&
                state === "live" && (
                  <span className={classes.overlap}>
                    {words.overlap} {formatMoment(token.previous_until)}
                  </span>
                )}
            </Cell>
            <Cell className={classes.muted} label={words.columns.type}>
              {words.types[token.type].label}
              {token.environment != null && (
                <span className={classes.sub}>{nameOf(token.environment)}</span>
              )}
            </Cell>
            <Cell className={classes.muted} label={words.columns.created}>
              <Ago at={token.created_at} />
              <span className={classes.sub}>{words.by(token.created_by)}</span>
            </Cell>
            <Cell className={classes.muted} label={words.columns.used}>
              {token.last_used_at == null ? words.neverUsed : <Ago at={token.last_used_at} />}
            </Cell>
            <Cell className={classes.muted} label={words.columns.expires}>
              {token.expires_at == null ? words.never : <Ago at={token.expires_at} />}
            </Cell>
            <Cell className={classes.actions}>
              {state === "live" && (
                <>
                  <Button
                    variant="default"
                    size="compact-sm"
                    tabIndex={tabIndex}
                    aria-label={words.rotateLabel(token.name)}
                    onClick={() => onRotate(token)}
                  >
                    {words.rotate}
                  </Button>
                  <Button
                    variant="default"
                    size="compact-sm"
                    tabIndex={tabIndex}
                    aria-label={words.revokeLabel(token.name)}
                    onClick={() => onRevoke(token)}
                  >
                    {words.revoke}
                  </Button>
                </>
              )}
            </Cell>
          </>
        );
      }}
    </VirtualRows>
  );
}
