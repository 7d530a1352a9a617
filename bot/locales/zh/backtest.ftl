### /backtest：用频道的过往消息试算门槛，并评判示例。

backtest-no-log = 结果只该让版主看到，所以我会显示在日志频道里，但现在没有我能发消息的日志频道。请用 `/setup` 选择一个。
backtest-running = 我已经在这个服务器试算门槛了：请等它结束，或在日志频道取消它。
backtests-full = 我已经在好几个服务器试算门槛了。请过一会儿再试。
backtest-gone = 这次试算已经没有了：我只把它放在内存里，重新启动后就没了。请用 `/backtest` 重新开始。
backtest-started = 开始了：[进度和结果]({ $link })

backtest-going-on = 🔎 正在试算门槛
backtest-over = 📊 用过往消息试算的门槛
backtest-of = { $channel } · 最近 { $days } 天
backtest-messages = **{ $count }** 条消息
backtest-messages-back = **{ $count }** 条消息，最早到 { $back }
backtest-read = { $messages }；其中 **{ $count }** 条已读取
backtest-skipped = 未读取：{ $reasons }
backtest-foreign = 英语以外的语言（我从不标记）：{ $count }
backtest-keeps = 任何人的话都不会保留：我只计数，并记住几个示例的 ID，直到我重新启动。

unread-bot = 机器人发的 { $count }
unread-notice = Discord 自己的通知 { $count }
unread-opted_out = 作者已选择退出 { $count }
unread-empty = 没有可读的内容 { $count }
unread-damaged = 已损坏 { $count }
unread-busy = 同时太多而被拒绝 { $count }
unread-late = 太慢而放弃 { $count }
unread-failed = 模型出错 { $count }

backtest-capped = 还有更多消息。我最多读取最新的 { $most } 条。
ending-cancelled = 中途被取消：以下是到那时为止读取的内容。
ending-no-access = 中途我失去了访问这个频道的权限：以下是到那时为止读取的内容。
ending-failed = 我这边出了点问题，已记入日志。以下是到那时为止读取的内容。
ending-stopped = 中途我被停止了：以下是到那时为止读取的内容。用 `/backtest` 可以重新开始。

would-flag = 若从以下门槛起标记，会标记多少
would-flag-line = **{ $threshold }**：**{ $count }** 条，即每 1,000 条中有 { NUMBER($rate, maximumFractionDigits: 1) } 条
would-flag-preset = **{ $threshold }**（{ $preset }）：**{ $count }** 条，即每 1,000 条中有 { NUMBER($rate, maximumFractionDigits: 1) } 条

press-cancel = 取消
press-judge = 评判示例
press-right = 该标记
press-not = 不该
press-skip = 跳过
press-stop = 停止
press-use = 采用

judge-about = 其中有多少真该标记，数字说不出来，只有人能判断。请评判示例，满 50 个后我会建议一个门槛。
judge-question = 这条消息该不该标记？
nothing-left-to-judge = 没有需要你评判的了。谢谢！
judging-stopped = 谢谢！按 **{ press-judge }** 可以从停下的地方继续。
too-few-to-judge = 可评判的示例：{ $examples } 个；要给出建议需要 { $enough } 次评判。天数更多或更活跃的频道会有更多示例。
judged = 大家一共评判了 { $count } 个
judged-missing = 大家一共评判了 { $count } 个；再评判 { $missing } 个，我就会建议一个门槛
suggestion = **建议：从 { $threshold } 起标记**。其中约 { $alarms } 会是误报；根据 { $count } 次评判估计，在 { $low } 到 { $high } 之间。
no-suggestion = **没有可建议的门槛**：根据你们的评判，就算最好的门槛也约有 { $alarms } 是误报。
threshold-used = 好了：攻击性从 **{ $threshold }** 起标记。用 `/setup` 可以更改。
threshold-used-trial = 好了：攻击性从 **{ $threshold }** 起标记。自动处理的试行会重新开始。用 `/setup` 可以更改。

## 为什么没有采纳门槛；接在“什么都没有改变：”后面

thresholds-many = 最多 { $most } 个，再多就不行了
threshold-no-number = “{ $written }”不是数字
threshold-range = { $written } 不能当门槛：门槛要大于 0，最大为 1，也就是 100%
