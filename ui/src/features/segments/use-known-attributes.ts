/** Attributes of the roster to suggest, with their commonest values. */
import { useQuery } from "@tanstack/react-query";
import type { KnownAttribute } from "@/features/conditions/operators";
import { attributesQuery } from "@/features/tenants/tenants";

export function useKnownAttributes(project: string): readonly KnownAttribute[] {
  return useQuery(attributesQuery(project)).data ?? [];
}
