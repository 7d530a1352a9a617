### 标记、事件、申诉，以及版主看到的卡片。

distress-help = 这里可能有人正不好受。身边人一句关心的话，比我能说的任何话都更有帮助。如有危险，请拨打对方所在地的紧急求助电话。
warn-line = 版主请你在这里友善交流。如果你认为这不对，请使用 /appeal。

message = 消息
to-the-message = 跳转到消息
machine-hint = 机器的提示，由人决定
check-this = ⚠️ **请核查**：我在上一次操作的中途停了下来，不知道它是否已经完成。

group-toxicity = 攻击性
group-anger = 愤怒
group-distress = 心理困扰
flag-toxicity = 🚩 这条消息可能有攻击性
flag-anger = 🚩 激烈对话中的愤怒

state-open = 待处理
state-dismissed = 已忽略
state-not-toxic = 无攻击性
state-acted = 已处理
state-unclear = 请核查
state-appealed = 申诉中
state-upheld = 维持原决定
state-reversed = 已撤销

## 按钮的作用

action-dismiss = 忽略
action-not-toxic = 无攻击性
action-warn = 警告
action-time-out = 禁言
action-delete = 删除
action-appeal = 申诉
action-uphold = 维持
action-reverse = 撤销
show = 显示
talk = 我去和 TA 聊聊
put-away = 收起

## 卡片

card-footer = 事件 { $case } · { $state } · { machine-hint }
flags-title = 🚩 已标记 { $count } 条消息
choose-case = 选一条查看并决定
case-option = #{ $case }：{ $group } { $score }
distress-title = 💙 有人可能状态不太好
distress-footer = 机器的提示，常常出错。我不会为此记录事件，也不计数。
distress-talk = { $who } 会去和 TA 聊聊。
distress-dismiss = { $who } 已收起这条提示。
heats-up = 🔥 有场对话正在升温
heats-up-about = 几个人互相说话，比之前更不客气了。现在说句平和的话，也许能避免一场争吵。

event-by = { $who }：**{ $action }**
event = **{ $action }**
outcome-done = { $event }
outcome-under-way = { $event }……进行中
outcome-failed = { $event }，失败
outcome-unclear = { $event }，⚠️ 请核查

## 为什么有些事做不到

no-such-case = 这里没有（或已不再有）这个事件。
channel-is-gone = 那条消息所在的频道已经不在了，或者我再也看不到它。
message-is-gone = 这条消息已经不在了。
has-left = 对方已经不在这个服务器里。
outranked = 你的身份组不高于对方，所以在 Discord 中你也无法禁言对方。
not-your-own-appeal = 你处理过这个事件，所以必须由别人来决定这次申诉。
being-done = 此刻有人正在处理这个事件，请过一会儿再看。
discord-forbids = Discord 不允许我这样做。我的身份组必须高于对方，而且我在那个频道里需要有相应的权限。
discord-fails = Discord 没有正常回应。再试之前，请先看看操作是否已经生效。
already = 这已经决定过了：该事件的状态是 **{ $state }**。
deed-failed = **{ $action }** 没有成功。{ $why }

## 告诉其他人的内容

audit-moderator = Moodring，事件 { $case }：因{ $group }被标记；由 { $moderator } 决定
audit-automatic = Moodring，事件 { $case }：因{ $group }被标记；自动处理
told-warn = 在 **{ $server }** 中，一位版主请你友善交流。{ -how-to-appeal }
told-time-out = { $by ->
    [person] 在 **{ $server }** 中，一位版主将你禁言 { $minutes } 分钟。
   *[machine] 在 **{ $server }** 中，我按照服务器的设置，将你禁言 { $minutes } 分钟。
}{ -how-to-appeal }
told-delete = { $by ->
    [person] 在 **{ $server }** 中，一位版主删除了你的一条消息。
   *[machine] 在 **{ $server }** 中，我按照服务器的设置，删除了你的一条消息。
}{ -how-to-appeal }
told-uphold = 在 **{ $server }** 中，一位版主看过了你的申诉；原决定不变。
told-reverse = 在 **{ $server }** 中，一位版主看过了你的申诉，并撤销了原决定。
-how-to-appeal = 如果你认为这不对，请在两周内到那里使用 `/appeal`。

## /cases 和 /appeal

cases-title = 事件
no-cases = 没有事件。
written-by = 作者：{ $author }
page-footer = 第 { $page } 页
page-footer-more = 第 { $page } 页 · 还有更多，见 page: { $next }
cases-of-days = 最近 { $days } 天的事件
agreed = 已决定的 **{ $decided }** 个事件中，有 **{ $confirmed }** 个得到处理（{ $share }）
cases-exported = 共 { $count } 个事件。文件中没有任何成员的 ID，也没有消息中的任何一个字。

appeal-title = 对事件 { $case } 的申诉
appealed-title = ⚖️ 对事件 { $case } 的申诉
appeal-words = 为什么这样处理不对？
appeal-readers = 这个服务器的版主会看到。我不保留副本。
appeal-by = 申诉人
appeal-sent = 版主已收到你的申诉。将由另一个人来决定，而不是之前处理的人。
appealed-already = 这个事件已经有人申诉，或者在此期间已经有了决定。
nothing-to-appeal = 我没有找到可以申诉的事：最近两周，这里没有人通过我对你做过什么，或者已经申诉过了。
nobody-to-appeal-to = 这个服务器没有我可以展示申诉的频道。请直接联系一位版主。
own-case = 事件 { $case }（{ $day }）
