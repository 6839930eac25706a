/** The flag in code, to be copied. Pure. */

export interface Snippets {
  rust: string;
  curl: string;
  admin: string;
}

/** `origin` is where this interface was loaded from: the server itself. */
export function snippetsOf(
  origin: string,
  project: string,
  environment: string,
  flag: string,
  tenant = "acme-corp",
): Snippets {
  const base = `${origin}/api/v1/projects/${project}/environments/${environment}/flags/${encodeURIComponent(flag)}`;
  return {
    rust: `let token = std::env::var("TENANTRY_TOKEN")?;
let flags = tenantry::Client::builder("${origin}", token)
    .build()
    .await?;

if flags.is_enabled("${flag}", "${tenant}") {
    // …
}`,
    curl: `curl -s ${origin}/ofrep/v1/evaluate/flags/${encodeURIComponent(flag)} \\
  -H "Authorization: Bearer $TENANTRY_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"context": {"targetingKey": "${tenant}"}}'`,
    admin: `curl -s -X PATCH "${base}/targeting?reason=why" \\
  -H "Authorization: Bearer $TENANTRY_TOKEN" \\
  -H "Content-Type: application/json" \\
  -H 'If-Match: *' \\
  -d '{"on": true, "rollout": {"threshold": 25000}}'`,
  };
}
