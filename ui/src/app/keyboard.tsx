/** The palette, the shortcuts and their help, on every page of a project; fetched when first used. */
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { navigation } from "@/app/router";
import { useShortcuts } from "@/app/shortcuts";
import { useNearestEnvironment } from "@/features/projects/place";
import type { Environment } from "@/features/projects/projects";

const Palette = lazy(async () => ({ default: (await import("@/app/palette")).Palette }));
const ShortcutsDialog = lazy(async () => ({
  default: (await import("@/app/shortcuts-dialog")).ShortcutsDialog,
}));

interface KeyboardProps {
  project: string;
  environments: readonly Environment[];
  /** Counts how often the palette was asked for with the pointer. */
  asked: number;
  onAsk: () => void;
}

export function Keyboard({ project, environments, asked, onAsk }: KeyboardProps) {
  const [help, setHelp] = useState(false);
  const navigate = useNavigate();
  const environment = useNearestEnvironment()?.key ?? "";
  useShortcuts({
    sequences: Object.fromEntries(
      navigation.map(({ keys, to }) => [
        keys,
        () =>
          void navigate({
            to: to as "/projects/$project/environments/$environment/flags",
            params: { project, environment },
          }),
      ]),
    ),
    onPalette: onAsk,
    onHelp: () => setHelp(true),
  });
  return (
    <Suspense fallback={null}>
      {asked > 0 && (
        <Palette
          project={project}
          environment={environment}
          environments={environments}
          asked={asked}
          onHelp={() => setHelp(true)}
        />
      )}
      {help && <ShortcutsDialog onClose={() => setHelp(false)} />}
    </Suspense>
  );
}
