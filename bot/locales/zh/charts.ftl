### 图表上的文字，以及为看不到图表的人写的同样内容。

heat-chart = 最近消息的热度
hot-from = 过热线
latest = 最新
messages-before = { $count } 条消息之前
heat-of-one = 最新一条消息时的热度：{ $latest }；过热线为 { $bound }。
heat-of-many = 最近 { $count } 条消息的热度：从 { $first } 到 { $latest }，最高 { $highest }；过热线为 { $bound }。

histogram = 消息的攻击性分布
histogram-scale = 消息数
histogram-log-scale = 消息数（对数刻度）
histogram-bin = { $low } 到 { $high } 有 { $count } 条
histogram-said = 消息的攻击性分布：{ $counts }。
histogram-marked = 消息的攻击性分布：{ $counts }。已标出：{ $marks }。
thousands = { NUMBER($number, maximumFractionDigits: 0) }k
millions = { NUMBER($number, maximumFractionDigits: 0) }M
