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
