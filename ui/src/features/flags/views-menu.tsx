/** The views of the list that have a name: go to one, keep this one, forget one. */
import { Button, Menu } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { ChevronIcon } from "@/design/icons";
import { forgetView, type SavedView, savedViews, saveView } from "@/features/flags/saved-views";
import { flagsText } from "@/text/flags";

interface ViewsMenuProps {
  project: string;
  /** What the address says now. */
  search: Record<string, unknown>;
  onOpen: (search: Record<string, unknown>) => void;
}

const NameViewDialog = lazy(async () => ({
  default: (await import("@/features/flags/name-view-dialog")).NameViewDialog,
}));
const words = flagsText.views;

export function ViewsMenu({ project, search, onOpen }: ViewsMenuProps) {
  const [views, setViews] = useState(() => savedViews(project));
  const [naming, setNaming] = useState(false);
  const current = views.find((view) => same(view, search));
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronIcon size={14} />}>
            {current?.name ?? words.title}
          </Button>
        </Menu.Target>
        <Menu.Dropdown aria-label={words.title}>
          {views.length === 0 && <Menu.Label>{words.none}</Menu.Label>}
          {views.map((view) => (
            <Menu.Item key={view.name} onClick={() => onOpen(view.search)}>
              {view.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setNaming(true)}>{words.save}</Menu.Item>
          {current !== undefined && (
            <Menu.Item onClick={() => setViews(forgetView(project, current.name))}>
              {words.forget(current.name)}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {naming && (
        <Suspense fallback={null}>
          <NameViewDialog
            onName={(name) => setViews(saveView(project, { name, search }))}
            onClose={() => setNaming(false)}
          />
        </Suspense>
      )}
    </>
  );
}

function same(view: SavedView, search: Record<string, unknown>): boolean {
  const flat = (value: Record<string, unknown>) => JSON.stringify(Object.entries(value).toSorted());
  return flat(view.search) === flat(search);
}
