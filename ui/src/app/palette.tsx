/** Everything in reach of a few keys: pages, flags, tenants, environments, the look. */
import "@/app/library-later.css";
import "@mantine/spotlight/styles.layer.css";
import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { navigation } from "@/app/router";
import { BuildingIcon, FlagIcon, MoonIcon, SearchIcon, SunIcon, SystemIcon } from "@/design/icons";
import { flagSearchQuery } from "@/features/flag/evidence";
import type { Environment } from "@/features/projects/projects";
import { findTenantsQuery } from "@/features/tenants/tenants";
import { shellText } from "@/text/shell";
import classes from "./palette.module.css";

interface PaletteProps {
  project: string;
  environment: string;
  environments: readonly Environment[];
  /** Changes whenever it is to be opened. */
  asked: number;
  onHelp: () => void;
}

interface Entry {
  id: string;
  label: string;
  detail?: string;
  icon: ReactNode;
  keys?: string;
  run: () => void;
}

const words = shellText.palette;
const PAUSE_MS = 120;
const [store, control] = createSpotlight();
const MOST = 6;

export function Palette({ project, environment, environments, asked, onHelp }: PaletteProps) {
  const [query, setQuery] = useState("");
  const [q] = useDebouncedValue(query.trim(), PAUSE_MS);
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const searched = q !== "";
  const flags = useQuery({ ...flagSearchQuery(project, q), enabled: searched });
  const tenants = useQuery({ ...findTenantsQuery(project, q), enabled: searched });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that it is asked for
  useEffect(() => control.open(), [asked]);

  // What the server finds comes above what was first until then: the first one is meant again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that something is found
  useEffect(() => {
    if (searched) {
      selectFirst();
    }
  }, [searched, flags.data, tenants.data]);

  const params = { project, environment };
  const pages: Entry[] = navigation.map(({ label, to, icon: Icon, keys }) => ({
    id: to,
    label,
    icon: <Icon />,
    keys,
    run: () =>
      void navigate({ to: to as "/projects/$project/environments/$environment/flags", params }),
  }));
  const found = query.trim() === "" ? [] : (flags.data ?? []);
  const foundTenants = query.trim() === "" ? [] : (tenants.data ?? []);
  const groups: { label: string; entries: Entry[] }[] = [
    {
      label: words.flags,
      entries: found.slice(0, MOST).map(({ key, name }) => ({
        id: `flag/${key}`,
        label: name || key,
        detail: key,
        icon: <FlagIcon />,
        run: () =>
          void navigate({
            to: "/projects/$project/environments/$environment/flags/$flag",
            params: { ...params, flag: key },
          }),
      })),
    },
    {
      label: words.tenants,
      entries: foundTenants.slice(0, MOST).map(({ key, name }) => ({
        id: `tenant/${key}`,
        label: name,
        detail: key,
        icon: <BuildingIcon />,
        run: () =>
          void navigate({
            to: "/projects/$project/environments/$environment/tenants/$tenant",
            params: { ...params, tenant: key },
          }),
      })),
    },
    { label: words.pages, entries: matching(pages, query) },
    {
      label: words.environments,
      entries: matching(
        environments
          .filter(({ key }) => key !== environment)
          .map(({ key, name }) => ({
            id: `environment/${key}`,
            label: words.switchTo(name),
            icon: <SystemIcon />,
            run: () =>
              void navigate({
                to: "/projects/$project/environments/$environment/flags",
                params: { project, environment: key },
              }),
          })),
        query,
      ),
    },
    {
      label: words.other,
      entries: matching(
        [
          {
            id: "light",
            label: words.light,
            icon: <SunIcon />,
            run: () => setColorScheme("light"),
          },
          { id: "dark", label: words.dark, icon: <MoonIcon />, run: () => setColorScheme("dark") },
          {
            id: "help",
            label: shellText.shortcuts.title,
            icon: <SearchIcon />,
            keys: "?",
            run: onHelp,
          },
        ],
        query,
      ),
    },
  ];
  const shown = groups.filter(({ entries }) => entries.length > 0);

  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight="min(32rem, 70dvh)"
      overlayProps={{ blur: 0 }}
      classNames={{ actionsGroup: classes.group }}
    >
      <Spotlight.Search
        placeholder={words.placeholder}
        aria-label={words.placeholder}
        leftSection={<SearchIcon />}
        onKeyDown={(event) => {
          // The first one is meant, unless the arrows have led to another.
          const list = document.querySelector(".mantine-Spotlight-actionsList");
          if (event.key === "Enter" && list?.querySelector("[data-selected]") === null) {
            event.preventDefault();
            list.querySelector<HTMLElement>("button")?.click();
          }
        }}
      />
      <Spotlight.ActionsList>
        {shown.length === 0 && (
          <Spotlight.Empty>{flags.isFetching ? words.asking : words.nothing}</Spotlight.Empty>
        )}
        {shown.map(({ label, entries }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {entries.map(({ id, label: name, detail, icon, keys, run }) => (
              <Spotlight.Action key={id} onClick={run}>
                <span className={classes.entry}>
                  <span className={classes.icon}>{icon}</span>
                  <span className={classes.name}>{name}</span>
                  {detail !== undefined && detail !== name && (
                    <code className={classes.detail}>{detail}</code>
                  )}
                  {keys !== undefined && <kbd className={classes.keys}>{keys}</kbd>}
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** The library marks the element that is chosen itself, and keeps its place. */
function selectFirst(): void {
  const list = document.querySelector(".mantine-Spotlight-actionsList");
  list?.querySelector("[data-selected]")?.removeAttribute("data-selected");
  list?.querySelector("[data-action]")?.setAttribute("data-selected", "true");
  store.updateState((state) => ({ ...state, selected: 0 }));
}

function matching(entries: Entry[], query: string): Entry[] {
  const wanted = query.trim().toLowerCase();
  return entries.filter(({ label }) => label.toLowerCase().includes(wanted));
}
