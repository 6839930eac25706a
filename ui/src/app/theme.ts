/**
 * The look, in the component library's terms: system fonts, one accent ("pine"), cool neutrals.
 * `app.css` holds the tokens of our own parts; the two name the same colours.
 */
import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

const pine: MantineColorsTuple = [
  "#e9f7f4",
  "#cdede6",
  "#9cdccf",
  "#66c7b4",
  "#3bb39c",
  "#1e9e86",
  "#12836f",
  "#0f6e5e",
  "#0c5a4d",
  "#08443b",
];

const gray: MantineColorsTuple = [
  "#f7f8f8",
  "#f0f2f2",
  "#e6e9e9",
  "#dadedf",
  "#c6cdce",
  "#a3adaf",
  "#778386",
  "#556063",
  "#333b3d",
  "#14191a",
];

const dark: MantineColorsTuple = [
  "#e8ecec",
  "#c3cbcc",
  "#9ba6a8",
  "#869194",
  "#343c3f",
  "#2a3133",
  "#1c2123",
  "#151a1b",
  "#0f1213",
  "#0a0c0d",
];

/** For what takes something away: white on it, and dark on its dark scheme's shade, keep AA contrast. */
const red: MantineColorsTuple = [
  "#fdf3f2",
  "#fce4e2",
  "#f8c9c5",
  "#f4aea8",
  "#f2938b",
  "#e0655b",
  "#cb4238",
  "#b3261e",
  "#9a1f18",
  "#7c1812",
];

// `system-ui` comes late: on some Linux desktops it is a wide font made for small screens.
const sans =
  '-apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, Inter, Ubuntu, Cantarell, "Noto Sans", "Liberation Sans", system-ui, sans-serif';
const mono =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono", "Liberation Mono", monospace';

/** The library picks the text on a filled button for the light scheme alone. */
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const isPrimary = input.color === undefined || input.color === "pine";
  if (input.variant === "filled" && input.color === "red") {
    return { ...colors, color: "var(--t-danger-contrast)" };
  }
  return input.variant === "filled" && isPrimary
    ? { ...colors, color: "var(--mantine-primary-color-contrast)" }
    : colors;
};

export const theme = createTheme({
  primaryColor: "pine",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  variantColorResolver: variantColors,
  black: "#0b1413",
  colors: { pine, gray, dark, red },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: { fontFamily: sans, fontWeight: "600" },
  defaultRadius: "md",
  radius: { xs: "0.25rem", sm: "0.375rem", md: "0.5rem", lg: "0.75rem", xl: "1rem" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Modal: { defaultProps: { overlayProps: { backgroundOpacity: 0.45 } } },
    Drawer: { defaultProps: { overlayProps: { backgroundOpacity: 0.45 } } },
    // The arrow keys do what those small buttons did.
    NumberInput: { defaultProps: { hideControls: true } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});

/** The library's own defaults for secondary text fall short of AA contrast. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "var(--t-muted)",
    "--mantine-color-placeholder": "var(--t-faint)",
    "--mantine-color-text": "var(--t-text)",
    "--mantine-color-body": "var(--t-surface)",
    "--mantine-color-default-border": "var(--t-border-strong)",
    "--mantine-color-error": "var(--t-danger)",
  },
  dark: {
    "--mantine-color-dimmed": "var(--t-muted)",
    "--mantine-color-placeholder": "var(--t-faint)",
    "--mantine-color-text": "var(--t-text)",
    "--mantine-color-body": "var(--t-surface)",
    "--mantine-color-default-border": "var(--t-border-strong)",
    "--mantine-color-error": "var(--t-danger)",
  },
});

/** The key is also read by `public/color-scheme.js`. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "tenantry-color-scheme" });
