//! The second wall: on PostgreSQL raw SQL, too, sees one project only.

use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Row};
use tenantry_tests::{DatabaseKind, TestDatabase};

use super::isolation::two_projects;

/// Every table that belongs to a project, and how it names it.
const TABLES: [(&str, &str); 17] = [
    ("project", "id"),
    ("environment", "project_id"),
    ("flag", "project_id"),
    ("targeting", "project_id"),
    ("list_member", "project_id"),
    ("segment", "project_id"),
    ("segment_member", "project_id"),
    ("change_log", "project_id"),
    ("audit_entry", "project_id"),
    ("tenant", "project_id"),
    ("token", "project_id"),
    ("plan", "project_id"),
    ("plan_admission", "project_id"),
    ("plan_decision", "project_id"),
    ("plan_guard", "project_id"),
    ("notification", "project_id"),
    ("notification_settings", "project_id"),
];

async fn count(pool: &PgPool, settings: &[(&str, &str)], sql: &str) -> i64 {
    let mut tx = pool.begin().await.expect("a transaction");
    for (name, value) in settings {
        let set = sqlx::query("SELECT set_config($1, $2, true)")
            .bind(name)
            .bind(value);
        set.execute(&mut *tx).await.expect("a setting");
    }
    let row = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    row.get(0)
}

#[tokio::test]
async fn row_level_security_hides_every_other_project() {
    let (scene, other) = two_projects(TestDatabase::new(DatabaseKind::Postgres).await).await;
    let pool = PgPool::connect(scene.database.url())
        .await
        .expect("as the server's role");
    let (mine, others) = (scene.project.id().to_string(), other.id().to_string());
    for (table, column) in TABLES {
        let rows = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(
            count(&pool, &[], &rows).await,
            0,
            "{table}: nobody without a project"
        );
        assert_eq!(
            count(&pool, &[("app.project_id", "")], &rows).await,
            0,
            "{table}: nor with none"
        );
        let foreign = format!("{rows} WHERE {column} <> '{mine}'");
        assert_eq!(
            count(&pool, &[("app.project_id", &mine)], &foreign).await,
            0,
            "{table}: only mine"
        );
        let seen = count(&pool, &[("app.project_id", &mine)], &rows).await;
        assert!(seen > 0, "{table}: what is mine");
        let maintained = count(&pool, &[("app.maintenance", "on")], &rows).await;
        assert!(maintained >= seen, "{table}: all, for maintenance");
    }
    for table in ["web_session", "idempotency_key"] {
        let rows = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(count(&pool, &[("app.project_id", &mine)], &rows).await, 0);
    }
    // What is mine cannot be moved to another, nor what is not mine be changed.
    for (sql, wanted) in [
        (format!("UPDATE flag SET project_id = '{others}'"), None),
        (
            format!("UPDATE environment SET name = 'x' WHERE project_id = '{others}'"),
            Some(0),
        ),
        ("DELETE FROM list_member WHERE FALSE".to_owned(), Some(0)),
    ] {
        let mut tx = pool.begin().await.expect("a transaction");
        let set = sqlx::query("SELECT set_config('app.project_id', $1, true)").bind(&mine);
        set.execute(&mut *tx).await.expect("a setting");
        let done = sqlx::query(AssertSqlSafe(sql.clone()))
            .execute(&mut *tx)
            .await;
        assert_eq!(done.ok().map(|done| done.rows_affected()), wanted, "{sql}");
    }
}

#[tokio::test]
async fn every_table_is_walled() {
    let database = TestDatabase::new(DatabaseKind::Postgres).await;
    database.store().await;
    let pool = PgPool::connect(database.url())
        .await
        .expect("as the server's role");
    let open = "SELECT relname::text FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            AND NOT (relrowsecurity AND relforcerowsecurity)";
    let open: Vec<String> = sqlx::query_scalar(open)
        .fetch_all(&pool)
        .await
        .expect("rows");
    assert_eq!(open, ["_sqlx_migrations"]);
    let role = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = CURRENT_USER";
    let above: bool = sqlx::query_scalar(role)
        .fetch_one(&pool)
        .await
        .expect("a role");
    assert!(!above, "as an ordinary role, or this proves nothing");
}
