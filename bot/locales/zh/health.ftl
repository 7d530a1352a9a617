### How the bot is, for whoever runs it.

command-health = 供运营者查看 Moodring 的状况：连接、负载、数据库、内存
owner-only = 只有我的运营者能看：我的应用的所有者，或其团队成员。

health-title = 我的状况
health-gateway = Discord
health-connected = 自 { $since } 起保持连接。
health-shards = { $all } 个连接中有 { $up } 个在线。
health-answers = 响应时间 { $ms } 毫秒。
health-no-heartbeat = 响应时间尚不清楚。
health-reading = 消息
health-keeps-up = 我处理得过来。
health-busy = 我很忙，会跳过所读频道中的消息：最近 { $minutes } 分钟跳过了 { $shed } 条。
health-stuck = 有一条始终处理不完，需要重新启动。
health-waiting = { $count ->
    [0] 现在没有消息在等待。
   *[other] 现在有 { $count } 条在等待。
}
health-pictures = 图片
health-decoders = { $count ->
    [0] 最近 { $minutes } 分钟内，解码图片的进程没有被替换过。
   *[other] 最近 { $minutes } 分钟内，有 { $count } 个解码图片的进程被替换。
}
health-database = 数据库
health-silent = 没有响应，原因在我的日志里。
health-memory = 内存
health-megabytes = { $count }{"\u00A0"}MB，不含解码图片的进程。
health-unknown = 本系统不提供。
health-version = 版本
