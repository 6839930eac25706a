/** The roster's rows; on a narrow screen each is a card. */
import { useMediaQuery } from "@mantine/hooks";
import { Link, useNavigate } from "@tanstack/react-router";
import { Ago } from "@/design/ago";
import rows from "@/design/named-rows.module.css";
import { SortHead, sortOf } from "@/design/sort-head";
import { Cell, type More, VirtualRows } from "@/design/virtual-rows";
import { attributeText } from "@/features/tenants/attributes";
import type { RosterSearch } from "@/features/tenants/roster-page";
import type { Sort, SortField, Tenant } from "@/features/tenants/tenants";
import { formatCount } from "@/text/format";
import { tenantsText } from "@/text/tenants";
import classes from "./roster.module.css";

interface RosterListProps {
  project: string;
  environment: string;
  tenants: readonly Tenant[];
  total: number | undefined;
  more: More;
  columns: readonly string[];
  view: RosterSearch;
  stale: boolean;
  onView: (view: RosterSearch, replace?: boolean) => void;
}

const words = tenantsText;

export function RosterList({
  project,
  environment,
  tenants,
  total,
  more,
  columns,
  view,
  stale,
  onView,
}: RosterListProps) {
  const navigate = useNavigate();
  // Cells of fewer columns rather than cells too narrow to read.
  const roomy = useMediaQuery("(min-width: 96em)", undefined, { getInitialValueInEffect: false });
  const to = "/projects/$project/environments/$environment/tenants/$tenant" as const;
  const paramsOf = ({ key }: Tenant) => ({ project, environment, tenant: key });
  const sorted = view.sort ?? "key";

  const head = (field: SortField, label: string, descendsFirst = false) => (
    <SortHead
      field={field}
      label={label}
      sorted={sorted}
      descendsFirst={descendsFirst}
      onSort={(sort) => {
        const { sort: _, ...rest } = view;
        onView(sort === "key" ? rest : { ...rest, sort: sort as Sort }, true);
      }}
    />
  );

  return (
    <VirtualRows
      label={words.title}
      rows={tenants}
      rowKey={({ key }) => key}
      more={more}
      total={total}
      stale={stale}
      onOpen={(tenant) => void navigate({ to, params: paramsOf(tenant) })}
      rowProps={({ key }) => ({ "data-tenant": key })}
      rowClassName={rows.row}
      estimate={53}
      columns={[
        {
          key: "tenant",
          head: head("name", words.column.tenant),
          sort: sortOf("name", sorted),
          width: "minmax(9rem, 2fr)",
        },
        ...columns.map((name) => ({
          key: `attribute ${name}`,
          head: name,
          width: "minmax(3.5rem, 1fr)",
        })),
        {
          key: "weight",
          head: head("weight", words.column.weight, true),
          sort: sortOf("weight", sorted),
          width: "6.5rem",
          numeric: true,
        },
        {
          key: "requests",
          head: words.column.requests,
          width: "7.5rem",
          numeric: true,
        },
        { key: "seen", head: words.column.lastSeen, width: "8.5rem" },
        ...(roomy
          ? [
              {
                key: "added",
                head: head("created_at", words.column.added, true),
                sort: sortOf("created_at", sorted),
                width: "8rem",
              },
            ]
          : []),
      ]}
    >
      {(tenant, { tabIndex }) => (
        <>
          <Cell className={rows.nameCell}>
            <Link to={to} params={paramsOf(tenant)} className={rows.name} tabIndex={-1}>
              {tenant.name}
            </Link>
            {tenant.name !== tenant.key && <span className={rows.key}>{tenant.key}</span>}
          </Cell>
          {columns.map((name) => (
            <Cell key={name} label={name} className={classes.attributeCell}>
              <Value
                name={name}
                text={attributeText(tenant.attributes[name])}
                tabIndex={tabIndex}
                onFilter={(value) => onView({ ...view, attribute: name, value })}
                filterable={!Array.isArray(tenant.attributes[name])}
              />
            </Cell>
          ))}
          <Cell numeric label={words.column.weight}>
            {!tenant.weight_given && (
              <span className={classes.learned} title={words.learnedHelp}>
                {words.learned}
              </span>
            )}
            {formatCount(tenant.weight)}
          </Cell>
          <Cell numeric label={words.column.requests}>
            {tenant.usage == null ? (
              <span className={classes.none}>–</span>
            ) : (
              formatCount(Math.round(tenant.usage.requests_per_day))
            )}
          </Cell>
          <Cell label={words.column.lastSeen} className={`${rows.muted} ${classes.seen}`}>
            {tenant.usage == null ? (
              <span className={classes.none}>{words.never}</span>
            ) : (
              <>
                <Ago at={tenant.usage.last_seen} />
                <span className={classes.first}>
                  {words.column.since} <Ago at={tenant.usage.first_seen} />
                </span>
              </>
            )}
          </Cell>
          {roomy && (
            <Cell label={words.column.added} className={rows.muted}>
              <Ago at={tenant.created_at} />
            </Cell>
          )}
        </>
      )}
    </VirtualRows>
  );
}

interface ValueProps {
  name: string;
  text: string;
  tabIndex: 0 | -1;
  filterable: boolean;
  onFilter: (value: string) => void;
}

/** A value leads to all tenants that have it. */
function Value({ name, text, tabIndex, filterable, onFilter }: ValueProps) {
  if (text === "") {
    return <span className={classes.none}>–</span>;
  }
  if (!filterable) {
    return (
      <span className={classes.value} title={text}>
        {text}
      </span>
    );
  }
  return (
    // A plain one: a list has hundreds of them.
    <button
      type="button"
      className={classes.value}
      tabIndex={tabIndex}
      title={words.filterBy(name, text)}
      onClick={() => onFilter(text)}
    >
      {text}
    </button>
  );
}
