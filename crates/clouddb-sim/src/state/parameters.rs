//! What configuration groups can set: the parameters of MySQL, as the recorded server tells them.

use serde_json::{Map, Value, json};

/// A setting of MySQL.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    kind: Kind,
    /// Whether a change takes effect at the next restart only.
    restart: bool,
}

/// What a setting can be.
#[derive(Debug)]
enum Kind {
    Integer { min: Option<u64>, max: Option<u64> },
    Boolean,
    Float,
    String,
}

const RESTART: bool = true;
const AT_ONCE: bool = false;

const fn integer(
    name: &'static str,
    min: Option<u64>,
    max: Option<u64>,
    restart: bool,
) -> Parameter {
    Parameter { name, kind: Kind::Integer { min, max }, restart }
}

const fn boolean(name: &'static str, restart: bool) -> Parameter {
    Parameter { name, kind: Kind::Boolean, restart }
}

const fn float(name: &'static str, restart: bool) -> Parameter {
    Parameter { name, kind: Kind::Float, restart }
}

const fn string(name: &'static str, restart: bool) -> Parameter {
    Parameter { name, kind: Kind::String, restart }
}

/// All of them, in the order of their names.
pub(crate) const PARAMETERS: [Parameter; 102] = [
    integer("auto_increment_increment", Some(1), Some(65_535), AT_ONCE),
    integer("auto_increment_offset", Some(1), Some(65_535), AT_ONCE),
    integer("autocommit", Some(0), Some(1), AT_ONCE),
    integer("bulk_insert_buffer_size", Some(0), Some(9_223_372_036_854_775_807), AT_ONCE),
    string("character_set_client", AT_ONCE),
    string("character_set_connection", AT_ONCE),
    string("character_set_database", AT_ONCE),
    string("character_set_filesystem", AT_ONCE),
    string("character_set_results", AT_ONCE),
    string("character_set_server", AT_ONCE),
    string("collation_connection", AT_ONCE),
    string("collation_database", AT_ONCE),
    string("collation_server", AT_ONCE),
    integer("connect_timeout", Some(2), Some(31_536_000), AT_ONCE),
    integer("expire_logs_days", Some(0), Some(99), AT_ONCE),
    integer("innodb_adaptive_flushing_lwm", Some(0), Some(70), AT_ONCE),
    integer("innodb_adaptive_hash_index_parts", Some(1), Some(512), RESTART),
    integer("innodb_adaptive_max_sleep_delay", Some(0), Some(1_000_000), AT_ONCE),
    boolean("innodb_background_drop_list_empty", AT_ONCE),
    integer("innodb_buffer_pool_chunk_size", Some(1_048_576), None, RESTART),
    boolean("innodb_buffer_pool_dump_at_shutdown", AT_ONCE),
    integer("innodb_buffer_pool_dump_pct", Some(1), Some(100), AT_ONCE),
    integer("innodb_buffer_pool_size", Some(5_242_880), Some(9_223_372_036_854_775_807), RESTART),
    integer("innodb_change_buffer_max_size", Some(25), Some(50), AT_ONCE),
    string("innodb_checksum_algorithm", AT_ONCE),
    boolean("innodb_cmp_per_index_enabled", AT_ONCE),
    integer("innodb_compression_failure_threshold_pct", Some(0), Some(100), AT_ONCE),
    integer("innodb_compression_level", Some(0), Some(9), AT_ONCE),
    integer("innodb_compression_pad_pct_max", Some(0), Some(75), AT_ONCE),
    boolean("innodb_deadlock_detect", AT_ONCE),
    string("innodb_default_row_format", AT_ONCE),
    boolean("innodb_disable_sort_file_cache", AT_ONCE),
    integer("innodb_file_per_table", Some(0), Some(1), AT_ONCE),
    integer("innodb_fill_factor", Some(10), Some(100), AT_ONCE),
    integer("innodb_flush_log_at_timeout", Some(1), Some(2700), AT_ONCE),
    integer("innodb_flush_log_at_trx_commit", Some(0), Some(2), AT_ONCE),
    string("innodb_flush_method", RESTART),
    integer("innodb_flush_neighbors", Some(0), Some(2), AT_ONCE),
    boolean("innodb_flush_sync", AT_ONCE),
    integer("innodb_flushing_avg_loops", Some(1), Some(1000), AT_ONCE),
    boolean("innodb_force_load_corrupted", RESTART),
    string("innodb_ft_aux_table", AT_ONCE),
    integer("innodb_ft_cache_size", Some(1_600_000), Some(80_000_000), RESTART),
    integer("innodb_ft_max_token_size", Some(10), Some(84), AT_ONCE),
    integer("innodb_ft_num_word_optimize", None, None, AT_ONCE),
    integer("innodb_ft_result_cache_limit", Some(1_000_000), Some(4_294_967_295), AT_ONCE),
    string("innodb_ft_server_stopword_table", AT_ONCE),
    integer("innodb_ft_sort_pll_degree", Some(1), Some(32), RESTART),
    integer("innodb_ft_total_cache_size", Some(32_000_000), Some(1_600_000_000), RESTART),
    string("innodb_ft_user_stopword_table", AT_ONCE),
    integer("innodb_io_capacity_max", Some(100), None, AT_ONCE),
    boolean("innodb_large_prefix", AT_ONCE),
    integer("innodb_log_buffer_size", Some(1_048_576), Some(4_294_967_295), RESTART),
    boolean("innodb_log_checksums", AT_ONCE),
    boolean("innodb_log_compressed_pages", AT_ONCE),
    integer("innodb_log_file_size", Some(4_194_304), Some(274_877_906_944), RESTART),
    integer("innodb_log_write_ahead_size", Some(512), Some(65_536), AT_ONCE),
    integer("innodb_lru_scan_depth", Some(100), None, AT_ONCE),
    integer("innodb_max_dirty_pages_pct_lwm", Some(0), Some(99), AT_ONCE),
    integer("innodb_max_purge_lag_delay", Some(0), Some(10_000_000), AT_ONCE),
    integer("innodb_max_undo_log_size", Some(10_485_760), None, AT_ONCE),
    string("innodb_monitor_disable", AT_ONCE),
    string("innodb_monitor_enable", AT_ONCE),
    string("innodb_monitor_reset", AT_ONCE),
    string("innodb_monitor_reset_all", AT_ONCE),
    integer("innodb_online_alter_log_max_size", Some(65_536), None, AT_ONCE),
    integer("innodb_open_files", Some(10), Some(2_147_483_647), RESTART),
    boolean("innodb_optimize_fulltext_only", AT_ONCE),
    integer("innodb_page_cleaners", Some(1), Some(64), RESTART),
    string("innodb_page_size", AT_ONCE),
    integer("innodb_purge_rseg_truncate_frequency", Some(1), Some(128), AT_ONCE),
    boolean("innodb_random_read_ahead", AT_ONCE),
    boolean("innodb_read_only", RESTART),
    integer("innodb_rollback_segments", Some(1), Some(128), AT_ONCE),
    integer("innodb_sort_buffer_size", Some(65_536), Some(67_108_864), RESTART),
    boolean("innodb_stats_include_delete_marked", AT_ONCE),
    string("innodb_stats_method", AT_ONCE),
    boolean("innodb_stats_persistent", AT_ONCE),
    integer("innodb_stats_persistent_sample_pages", None, None, AT_ONCE),
    integer("innodb_stats_sample_pages", Some(1), None, AT_ONCE),
    integer("innodb_stats_transient_sample_pages", None, None, AT_ONCE),
    boolean("innodb_support_xa", AT_ONCE),
    integer("innodb_sync_array_size", Some(1), Some(1024), RESTART),
    integer("innodb_sync_spin_loops", Some(0), Some(4_294_967_295), AT_ONCE),
    integer("innodb_thread_concurrency", Some(0), Some(1000), AT_ONCE),
    integer("interactive_timeout", Some(1), Some(65_535), AT_ONCE),
    integer("join_buffer_size", Some(128), Some(9_223_372_036_854_775_807), AT_ONCE),
    integer("key_buffer_size", Some(8), Some(4_294_967_295), AT_ONCE),
    integer("local_infile", Some(0), Some(1), AT_ONCE),
    float("long_query_time", AT_ONCE),
    integer("lower_case_table_names", Some(0), Some(2), RESTART),
    integer("max_allowed_packet", Some(1024), Some(1_073_741_824), AT_ONCE),
    integer("max_connect_errors", Some(1), Some(9_223_372_036_854_775_807), AT_ONCE),
    integer("max_connections", Some(1), Some(100_000), AT_ONCE),
    integer("max_prepared_stmt_count", Some(0), Some(1_048_576), AT_ONCE),
    integer("max_user_connections", Some(0), Some(4_294_967_295), AT_ONCE),
    integer("myisam_sort_buffer_size", Some(4096), Some(9_223_372_036_854_775_807), AT_ONCE),
    boolean("performance_schema", RESTART),
    integer("server_id", Some(0), Some(4_294_967_295), AT_ONCE),
    integer("sort_buffer_size", Some(32_768), Some(9_223_372_036_854_775_807), AT_ONCE),
    integer("sync_binlog", Some(0), Some(4_294_967_295), AT_ONCE),
    integer("wait_timeout", Some(1), Some(31_536_000), AT_ONCE),
];

impl Parameter {
    /// The one of that name.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        PARAMETERS.iter().find(|it| it.name == name)
    }

    /// What is wrong with a value, if anything is.
    pub(crate) fn refuses(&self, value: &Value) -> Option<String> {
        let name = self.name;
        let (kind, fits) = match self.kind {
            Kind::Integer { .. } => ("integer", value.is_i64() || value.is_u64()),
            Kind::Boolean => ("boolean", value.is_boolean()),
            Kind::Float => ("float", value.is_number()),
            Kind::String => ("string", value.is_string()),
        };
        if !fits {
            return Some(format!(
                "The value provided for the configuration parameter {name} is not of type {kind}."
            ));
        }
        let Kind::Integer { min, max } = self.kind else { return None };
        let number = value.as_u64();
        let of = |bound: &str, limit: u64| {
            Some(format!(
                "The value for the configuration parameter {name} is {bound} allowed: {limit}"
            ))
        };
        match (min, max) {
            (_, Some(max)) if number.is_some_and(|number| number > max) => {
                of("greater than the maximum", max)
            }
            (Some(min), _) if number.is_none_or(|number| number < min) => {
                of("less than the minimum", min)
            }
            _ => None,
        }
    }

    /// As the API tells it.
    pub(crate) fn view(&self, version_id: &str) -> Value {
        let (kind, min, max) = match self.kind {
            Kind::Integer { min, max } => ("integer", min, max),
            Kind::Boolean => ("boolean", None, None),
            Kind::Float => ("float", None, None),
            Kind::String => ("string", None, None),
        };
        let mut view = Map::from_iter([
            ("name".to_owned(), json!(self.name)),
            ("type".to_owned(), json!(kind)),
            ("restart_required".to_owned(), json!(self.restart)),
            ("datastore_version_id".to_owned(), json!(version_id)),
        ]);
        for (bound, limit) in [("min", min), ("max", max)] {
            if let Some(limit) = limit {
                view.insert(bound.to_owned(), json!(limit));
            }
        }
        Value::Object(view)
    }
}

/// Whether one of these settings takes effect at the next restart only.
pub(crate) fn need_a_restart<'a>(names: impl IntoIterator<Item = &'a String>) -> bool {
    names.into_iter().filter_map(|name| Parameter::find(name)).any(|it| it.restart)
}
