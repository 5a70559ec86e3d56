# What MySQL of the shop is set to. Some of these take effect when a server is restarted, which the apply
# does, one server after the other.

resource "rackspace_db_configuration" "shop" {
  name        = "shop"
  description = "A shop with many short connections"
  datastore   = local.mysql

  values = {
    connect_timeout                = 10
    innodb_adaptive_flushing_lwm   = 10
    innodb_buffer_pool_dump_pct    = 40
    innodb_change_buffer_max_size  = 30
    innodb_deadlock_detect         = true
    innodb_fill_factor             = 90
    innodb_flush_log_at_timeout    = 1
    innodb_flush_log_at_trx_commit = 1
    innodb_flush_neighbors         = 0
    innodb_flushing_avg_loops      = 30
    innodb_io_capacity_max         = 4000
    innodb_log_buffer_size         = 33554432
    innodb_lru_scan_depth          = 1024
    innodb_max_dirty_pages_pct_lwm = 10
    innodb_open_files              = var.open_files
    innodb_page_cleaners           = 4
    innodb_sort_buffer_size        = 4194304
    innodb_stats_persistent        = true
    innodb_thread_concurrency      = 0
    interactive_timeout            = 600
    join_buffer_size               = 524288
    local_infile                   = "OFF"
    long_query_time                = 0.5
    max_allowed_packet             = 67108864
    max_connect_errors             = 100000
    max_connections                = var.max_connections
    max_prepared_stmt_count        = 32764
    max_user_connections           = 300
    sort_buffer_size               = 524288
    sync_binlog                    = 1
    wait_timeout                   = 300
  }
}
