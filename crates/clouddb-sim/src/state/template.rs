//! What a server runs with where no configuration group says otherwise: the template of `my.cnf`, whose
//! sizes grow with the memory of the flavor.
//!
//! The recorded server had 2 GB; the names and the steps are those of its template.

use serde_json::{Map, Value, json};

/// The settings of a server with that much memory in MB, in the types of the recording.
pub(crate) fn settings(ram: u64, server_id: u64) -> Map<String, Value> {
    let part = ram / 512;
    let all = json!({
        "basedir": "/usr",
        "connect_timeout": 15,
        "datadir": "/var/lib/mysql/data",
        "default_storage_engine": "innodb",
        "innodb_buffer_pool_size": format!("{}M", 150 * part),
        "innodb_data_file_path": "ibdata1:10M:autoextend",
        "innodb_file_per_table": 1,
        "innodb_log_buffer_size": "25M",
        "innodb_log_file_size": "50M",
        "innodb_log_files_in_group": 2,
        "join_buffer_size": "1M",
        "key_buffer_size": format!("{}M", 50 * part),
        "local-infile": 0,
        "max_allowed_packet": format!("{}K", 1024 * part),
        "max_connections": 100 * part,
        "max_heap_table_size": format!("{}M", 16 * part),
        "max_user_connections": 100 * part,
        "myisam-recover-options": "BACKUP,FORCE",
        "open_files_limit": 512 * part,
        "performance_schema": "ON",
        "pid-file": "/var/run/mysqld/mysqld.pid",
        "port": 3306,
        "query_cache_limit": "1M",
        "query_cache_size": format!("{}M", 8 * part),
        "query_cache_type": 1,
        "read_buffer_size": "512K",
        "read_rnd_buffer_size": "512K",
        "server_id": server_id,
        "skip-external-locking": 1,
        "socket": "/var/run/mysqld/mysqld.sock",
        "sort_buffer_size": "1M",
        "table_definition_cache": 256 * part,
        "table_open_cache": 256 * part,
        "thread_cache_size": 4 * part,
        "thread_stack": "192K",
        "tmp_table_size": format!("{}M", 16 * part),
        "tmpdir": "/var/tmp",
        "user": "mysql",
        "wait_timeout": 120,
    });
    all.as_object().cloned().unwrap_or_default()
}
