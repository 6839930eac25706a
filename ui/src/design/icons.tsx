/** The interface's icons: 16 px strokes on one grid, hidden from assistive technology. */
import type { ReactNode } from "react";

interface IconProps {
  size?: number;
}

function icon(paths: ReactNode) {
  return function Icon({ size = 16 }: IconProps) {
    return (
      <svg
        viewBox="0 0 16 16"
        width={size}
        height={size}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {paths}
      </svg>
    );
  };
}

export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.25" />
    <path d="m10.2 10.2 3.3 3.3" />
  </>,
);
export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />);
export const CheckIcon = icon(<path d="m3.5 8.5 3 3 6-7" />);
export const SunIcon = icon(
  <>
    <circle cx="8" cy="8" r="2.75" />
    <path d="M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.85.85M11.75 11.75l.85.85M3.4 12.6l.85-.85M11.75 4.25l.85-.85" />
  </>,
);
export const MoonIcon = icon(<path d="M13 9.6A5.5 5.5 0 0 1 6.4 3a5.5 5.5 0 1 0 6.6 6.6Z" />);
export const SystemIcon = icon(
  <>
    <rect x="2" y="3" width="12" height="8" rx="1.5" />
    <path d="M6 13.5h4" />
  </>,
);
export const PersonIcon = icon(
  <>
    <circle cx="8" cy="5.5" r="2.5" />
    <path d="M3 13.2c.6-2.4 2.6-3.7 5-3.7s4.4 1.3 5 3.7" />
  </>,
);
export const ChevronIcon = icon(<path d="m5 6.5 3 3 3-3" />);
export const WarningIcon = icon(
  <>
    <path d="M8 2.5 14 13H2L8 2.5Z" />
    <path d="M8 6.7v2.8M8 11.4v.1" />
  </>,
);
export const ClockIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.5" />
    <path d="M8 5v3.2l2 1.3" />
  </>,
);
export const FlagIcon = icon(<path d="M4 14V2.5h8.2L10.4 6l1.8 3.5H4" />);
export const LockIcon = icon(
  <>
    <rect x="3.5" y="7" width="9" height="6.5" rx="1.5" />
    <path d="M5.5 7V5.2a2.5 2.5 0 0 1 5 0V7" />
  </>,
);
export const CloudOffIcon = icon(
  <>
    <path d="M5 12.5h6.3M13.2 11.3A2.6 2.6 0 0 0 11.6 7 3.9 3.9 0 0 0 7 4.1M5 5.6A3.9 3.9 0 0 0 4.6 7 2.8 2.8 0 0 0 5 12.5" />
    <path d="m2.5 2.5 11 11" />
  </>,
);
export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
  </>,
);
export const MenuIcon = icon(<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />);
export const CrossIcon = icon(<path d="m4 4 8 8M12 4l-8 8" />);
export const TrashIcon = icon(
  <path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.2 4.5l.6 8.5h6.4l.6-8.5M6.7 7v3.5M9.3 7v3.5" />,
);
/** Steps upwards: a rollout. */
export const StepsIcon = icon(<path d="M2.5 13h3v-3.5h3V6h3V2.5h2" />);
export const BuildingIcon = icon(
  <>
    <path d="M3.5 13.5v-10A1 1 0 0 1 4.5 2.5h4a1 1 0 0 1 1 1v10M9.5 6.5h2a1 1 0 0 1 1 1v6M2 13.5h12" />
    <path d="M6 5.5h1M6 8h1M6 10.5h1" />
  </>,
);
/** Two circles that share a part: a set of tenants. */
export const SegmentIcon = icon(
  <>
    <circle cx="6" cy="8" r="3.75" />
    <circle cx="10" cy="8" r="3.75" />
  </>,
);
export const HourglassIcon = icon(
  <path d="M4.5 2.5h7M4.5 13.5h7M5.2 2.5v2.3L8 8l2.8-3.2V2.5M5.2 13.5v-2.3L8 8l2.8 3.2v2.3" />,
);
export const PlugIcon = icon(
  <path d="M5.5 2.5v3M10.5 2.5v3M3.5 5.5h9v2a4.5 4.5 0 0 1-9 0v-2ZM8 12v2" />,
);
export const ListIcon = icon(<path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1" />);
export const SettingsIcon = icon(
  <>
    <path d="M2.5 4.5h5M11 4.5h2.5M2.5 11.5H5M8.5 11.5h5" />
    <circle cx="9.25" cy="4.5" r="1.75" />
    <circle cx="6.75" cy="11.5" r="1.75" />
  </>,
);
export const DotsIcon = icon(<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />);
export const ColumnsIcon = icon(
  <>
    <rect x="2.5" y="3" width="11" height="10" rx="1.5" />
    <path d="M6.2 3v10M9.8 3v10" />
  </>,
);
export const SwapIcon = icon(
  <path d="M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13" />,
);
export const ArrowUpIcon = icon(<path d="M8 13V3M4 7l4-4 4 4" />);
export const ArrowDownIcon = icon(<path d="M8 3v10M4 9l4 4 4-4" />);
export const PauseIcon = icon(<path d="M5.5 3.5v9M10.5 3.5v9" />);
export const PlayIcon = icon(<path d="M5 3.2v9.600L12.5 8 5 3.200Z" />);
export const StepBackIcon = icon(<path d="M12.5 3.5 6.5 8l6 4.500v-9ZM3.5 3.500v9" />);
export const ShieldIcon = icon(
  <path d="M8 2 3.5 3.700v4c0 2.9 1.9 5 4.5 6.3 2.6-1.3 4.5-3.4 4.5-6.300v-4L8 2Z" />,
);
export const EyeOffIcon = icon(
  <>
    <path d="M2 8s2.2-4 6-4 6 4 6 4-2.2 4-6 4-6-4-6-4Z" />
    <path d="m3 3 10 10" />
  </>,
);
export const PowerIcon = icon(<path d="M8 2.5v5M4.9 4.3a5 5 0 1 0 6.2 0" />);
