/** The settings' sections, each at an address of its own. */
import { useDocumentTitle } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageHeader } from "@/design/page-header";
import { useCurrentInView } from "@/design/use-current-in-view";
import { commonText } from "@/text/common";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

const SECTIONS = [
  { key: "general", to: "/projects/$project/settings" },
  { key: "environments", to: "/projects/$project/settings/environments" },
  { key: "tokens", to: "/projects/$project/settings/tokens" },
  { key: "notifications", to: "/projects/$project/settings/notifications" },
  { key: "session", to: "/projects/$project/settings/session" },
] as const;

export type SettingsSection = (typeof SECTIONS)[number]["key"];

interface SettingsLayoutProps {
  project: string;
  section: SettingsSection;
  actions?: ReactNode;
  help?: string;
  children: ReactNode;
}

export function SettingsLayout({ project, section, actions, help, children }: SettingsLayoutProps) {
  useDocumentTitle(commonText.pageTitle(settingsText.sections[section], settingsText.title));
  const row = useCurrentInView<HTMLElement>(section);
  return (
    <>
      <PageHeader title={settingsText.title} {...(actions !== undefined && { actions })} />
      <nav ref={row} className={classes.tabs} aria-label={settingsText.title}>
        {SECTIONS.map(({ key, to }) => (
          <Link
            key={key}
            to={to}
            params={{ project }}
            className={classes.tab}
            // Which of them is open, the router says: the first is above the others.
            activeOptions={{ exact: true, includeSearch: false }}
            preload="intent"
          >
            {settingsText.sections[key]}
          </Link>
        ))}
      </nav>
      {help !== undefined && <p className={classes.help}>{help}</p>}
      {children}
    </>
  );
}
