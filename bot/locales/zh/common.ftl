### 各项功能共用的文字。

list-separator = {"、"}
clause-separator = {"；"}
sentence-separator = {""}
labelled = { $label }：{ $text }
quoted = “{ $text }”
percent = { NUMBER($number, maximumFractionDigits: 4) }%
and-more = - 还有 { $count } 个
and-others = 还有 { $count } 个
none = 无
on = 开
off = 关
seconds = { $number } 秒
minutes = { $number } 分钟
days = { $number } 天

## 为什么没有得到回答

failed = 我这边出了点问题，已记入日志。请稍后再试。
database-failed = 我的数据库现在出了问题，所以我没能保存或查到这些。已记入日志，请稍后再试。
busy = 我现在忙不过来，请稍等片刻再试。
too-slow = 花的时间太长，我放弃了。请稍等片刻再试。
opted-out = 这条消息的作者不希望被读取，所以我不读。
you-opted-out = 你要求过不被读取，所以这个我也不读。用 `/privacy` 可以重新选择加入。
not-taken = 我没有采纳，什么都没有改变：{ $why }。
needs-message-content = 要读取频道，我需要 Discord 的 *Guild Messages* 和 *Message Content* 两个 intent，而我缺少其中之一。运营这个机器人的人可以在 Developer Portal 中开启 *Message Content*（Bot → Privileged Gateway Intents），申请它（`MOODRING_MESSAGE_CONTENT=true`；自建机器人则设置其 `intents`），然后重新启动机器人。`/analyze`、**APP → 分析情绪** 和提及我都不需要它。
needs-guilds = 这需要 Discord 的 *Guilds* intent，它让我知道身份组和频道，而我没有它。运营这个机器人的人可以把它加入机器人的 `intents`，然后重新启动机器人。
not-watchable = 我能读取服务器的文字频道、语音频道和子区，但这里不行。
no-log-channel = 请用 `/setup` 选择一个日志频道：没有它，我就没有地方显示标记。

## 权限，用 Discord 设置中的中文名称

permission-view_channel = 查看频道
permission-send_messages = 发送消息
permission-send_messages_in_threads = 在子区内发送消息
permission-embed_links = 嵌入链接
permission-attach_files = 添加附件
permission-add_reactions = 添加反应
permission-read_message_history = 阅读消息历史
permission-manage_messages = 管理消息
permission-moderate_members = 禁言成员
permission-manage_guild = 管理服务器
permission-connect = 连接

staff-only = 只有拥有 { $permissions } 权限的人才能这样做。
you-lack = 这需要 { $permissions } 权限，而你在 { $channel } 中没有。
i-lack = 我的身份组缺少 { $permissions } 权限。请在服务器的身份组设置中允许，然后再试一次。
i-lack-in = 我在 { $channel } 中缺少 { $permissions } 权限。请在该频道的设置中为我的身份组允许，然后再试一次。
count = { $number }
