/** The connected SDKs: pages, and what stands for them in the navigation. */
import type { NavigationEntry } from "@/app/navigation";

export const inEnvironment = [] as const;
export const inProject = [] as const;

export const entries: readonly NavigationEntry[] = [];
