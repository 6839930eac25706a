/** Light, dark, or as the system has it. */
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { CheckIcon, MoonIcon, SunIcon, SystemIcon } from "@/design/icons";
import { shellText } from "@/text/shell";

const SCHEMES = [
  { scheme: "light", icon: <SunIcon /> },
  { scheme: "dark", icon: <MoonIcon /> },
  { scheme: "auto", icon: <SystemIcon /> },
] as const;

export function ColorSchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const words = shellText.colorScheme;
  return (
    <Menu position="bottom-end" width={160}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={34} aria-label={words.label}>
          {SCHEMES.find(({ scheme }) => scheme === colorScheme)?.icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label={words.label}>
        {SCHEMES.map(({ scheme, icon }) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            checked={scheme === colorScheme}
            checkIcon={<CheckIcon size={14} />}
            rightSection={icon}
            onChange={() => setColorScheme(scheme)}
            closeMenuOnClick
          >
            {words[scheme]}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
