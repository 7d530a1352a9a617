### 情绪：/mood、它的图表和情绪周报的文字。

## 情绪，按句子中的写法

mood-group-joy = 快乐
mood-group-warmth = 温暖
mood-group-surprise = 惊讶
mood-group-sadness = 悲伤
mood-group-fear = 恐惧
mood-group-anger = 愤怒
mood-unclear = 不明确

mood-share = { $group } { $share }
mood-most-frequent = 最常见：{ $feelings }。
mood-neutral = 中性或不明确：{ $neutral }。
mood-changed = { $group } { $now }（之前 { $then }）
mood-changes-day = 与之前 24 小时相比：{ $changes }。
mood-changes-week = 与前一周相比：{ $changes }。
mood-changes-month = 与之前 30 天相比：{ $changes }。
mood-as-before-day = 与之前 24 小时差不多。
mood-as-before-week = 与前一周差不多。
mood-as-before-month = 与之前 30 天差不多。

## 时间

mood-weekday = { $day ->
    [0] 周一
    [1] 周二
    [2] 周三
    [3] 周四
    [4] 周五
    [5] 周六
   *[6] 周日
}
mood-date = { $month }/{ $day }
mood-dates = { $first } 至 { $last }

## 图表上的文字，以及为看不到图表的人写的同样内容

mood-chart-title-day = 最近 24 小时的情绪
mood-chart-title-week = 最近 7 天的情绪
mood-chart-title-month = 最近 30 天的情绪
mood-chart-title-digest = 所有频道合计的情绪
mood-chart-total = { $messages } 条消息，{ $neutral } 为中性或不明确
mood-chart-scale = 每行满格表示占消息的 { $share }。时间为 UTC。
mood-chart-rate = 每小时消息数
mood-chart-most = 最多 { $rate }
mood-chart-too-few = 人或消息太少，不显示
mood-said = { $dates }（UTC），{ $messages } 条消息中的情绪。
mood-said-groups = { $groups }。
mood-said-group = { $group } { $share }，最高 { $most }（{ $time }）
mood-said-gaps = 人或消息太少的时段不显示。

## 对 /mood 的回答

mood-title = { $channel } 的情绪：{ $period }
period-day = 最近 24 小时
period-week = 最近 7 天
period-month = 最近 30 天
mood-counted = { $messages } 条消息
mood-counted-said = { mood-counted }。
mood-about = 这是对整个频道的统计，由机器猜测。不到 { $people } 人或不到 { $messages } 条消息的小时会合并或略去，以免显露任何一个人的情绪。
form-numbers = 数值
form-csv = CSV
mood-numbers-title = { $channel } 的数值，{ $dates }（UTC）
mood-label = { $label } { $count }
mood-bin = **{ $time }**：{ $messages } 条 · { $feelings }
mood-bin-neutral = 中性或不明确
mood-bin-too-few = **{ $time }**：太少
mood-bins-left-out = 更早的见 CSV 文件。
mood-csv-about = 每行是一个时段（UTC）中的一种情绪。文件中没有任何人的信息。

mood-not-watched = 我没有读取 { $channel }，所以不知道那里的情绪如何。拥有“管理服务器”权限的人可以用 `/watch start` 让我开始读取；选择 `mode: { mode-count }` 的话，我就只计数。
mood-nothing-yet = { $channel } 在这段时间里没有可以显示的内容。某个小时内至少要有 { $people } 人，并且这个小时里，或与当天其他几个小时合起来，至少要有 { $messages } 条消息。请晚些时候再看，或选择更长的时间。
mood-channel-gone = 那个频道已经不在了。
mood-not-in-thread = { $channel } 是私密子区，而你不在其中。

## 情绪周报

mood-digest-title = 情绪周报：{ $dates }
mood-digest-channel = { $channel }：{ $feelings }。
mood-digest-more = ……还有 { $channels } 个频道
mood-digest-about = 这是对各个频道整体的统计，从不针对某一个人。用 `/mood` 可以查看更多，用 `/setup` 可以停用周报。

choose-digest = 选择发送情绪周报的频道
digest-channel-is-gone = 情绪周报的频道已经不在了。请另选一个，或者不选。
