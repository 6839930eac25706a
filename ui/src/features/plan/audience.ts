/** Whom a stage admits, in words. */
import type { Audience } from "@/features/plan/plan";
import { planText } from "@/text/plan";

const EVERYBODY = 100_000;

export function audienceWords(audience: Audience): string {
  if ("segments" in audience) {
    return planText.segmentsOf(audience.segments);
  }
  if ("threshold" in audience) {
    return audience.threshold === EVERYBODY
      ? planText.everybody
      : planText.percentOfTenants(audience.threshold);
  }
  const { size, never = [], max_share_of_requests, small_first } = audience.cohort;
  const many =
    "tenants" in size
      ? planText.exactly(size.tenants)
      : "share_of_tenants" in size
        ? planText.shareOfRoster(size.share_of_tenants)
        : planText.shareOfRequests(size.share_of_requests);
  return [
    many,
    ...(small_first ? [planText.smallFirst] : []),
    ...(never.length > 0 ? [planText.never(never)] : []),
    ...(max_share_of_requests != null ? [planText.atMost(max_share_of_requests)] : []),
  ].join(", ");
}
