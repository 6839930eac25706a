/** What the navigation opens in on a narrow screen. */
import "@/app/library-later.css";
import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { commonText } from "@/text/common";
import { shellText } from "@/text/shell";

interface NavigationDrawerProps {
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function NavigationDrawer({ opened, onClose, children }: NavigationDrawerProps) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size={260}
      title={commonText.product}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <nav aria-label={shellText.navigation}>{children}</nav>
    </Drawer>
  );
}
