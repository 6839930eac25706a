/** Who is signed in, and the way out. */
import { ActionIcon, Menu } from "@mantine/core";
import { PersonIcon } from "@/design/icons";
import type { Session } from "@/features/session/session";
import { shellText } from "@/text/shell";

interface AccountMenuProps {
  session: Session;
  onSignOut: () => void;
}

export function AccountMenu({ session, onSignOut }: AccountMenuProps) {
  const words = shellText;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={words.account(session.name)}
        >
          <PersonIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {words.account(session.name)}
          <br />
          {words.tokenType(session.type)}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component="a" href="/docs">
          {words.apiReference}
        </Menu.Item>
        <Menu.Item onClick={onSignOut}>{words.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
