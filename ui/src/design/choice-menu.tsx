/** One of several things, named on a button that opens the others. */
import { Menu, UnstyledButton } from "@mantine/core";
import { CheckIcon, ChevronIcon } from "@/design/icons";
import classes from "./choice-menu.module.css";

interface ChoiceMenuProps {
  label: string;
  choices: readonly { key: string; name: string }[];
  value: string;
  onChange: (key: string) => void;
}

export function ChoiceMenu({ label, choices, value, onChange }: ChoiceMenuProps) {
  const name = choices.find(({ key }) => key === value)?.name ?? value;
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={`${label}: ${name}`}>
          <span className={classes.name}>{name}</span>
          <ChevronIcon size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown aria-label={label} className={classes.choices}>
        {choices.map((choice) => (
          <Menu.RadioItem
            key={choice.key}
            value={choice.key}
            checked={choice.key === value}
            checkIcon={<CheckIcon size={14} />}
            onChange={onChange}
            closeMenuOnClick
          >
            {choice.name}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
