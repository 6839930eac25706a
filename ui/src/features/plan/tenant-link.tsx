/** A tenant's key, which leads to its own page. */
import { Link } from "@tanstack/react-router";
import type { PlanPath } from "@/features/plan/plan";
import classes from "./tenant-link.module.css";

interface TenantLinkProps {
  path: PlanPath;
  tenant: string;
  tabIndex?: 0 | -1;
}

export function TenantLink({ path: { project, environment }, tenant, tabIndex }: TenantLinkProps) {
  return (
    <Link
      className={classes.tenant}
      to="/projects/$project/environments/$environment/tenants/$tenant"
      params={{ project, environment, tenant }}
      {...(tabIndex !== undefined && { tabIndex })}
    >
      {tenant}
    </Link>
  );
}
