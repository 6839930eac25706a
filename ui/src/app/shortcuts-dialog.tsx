/** The keys that work everywhere, to be looked up. */
import "@/app/library-later.css";
import { Modal } from "@mantine/core";
import { navigation } from "@/app/router";
import { commonText } from "@/text/common";
import { shellText } from "@/text/shell";
import classes from "./shortcuts-dialog.module.css";

const words = shellText.shortcuts;

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const rows = [
    { keys: words.paletteKeys, what: words.palette },
    { keys: "/", what: words.search },
    { keys: "?", what: words.title },
    ...navigation.map(({ keys, label }) => ({ keys, what: words.goTo(label) })),
    { keys: "↑ ↓", what: words.rows },
    { keys: "Enter", what: words.open },
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <dl className={classes.keys}>
        {rows.map(({ keys, what }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
