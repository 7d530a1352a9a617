### /setup 的面板、设置，以及妨碍设置生效的问题。

setup-title = 这个服务器的设置
setup-who = 拥有“管理服务器”权限的人可以用 /setup 更改这些设置。
sensitivity = 灵敏度
watched-channels = 读取的频道
title-with-unit = { $title }（{ $unit }）

topic-channels = 频道
topic-sensitivity = 灵敏度
topic-reading = 读取和回答
topic-care = 用语和规则
topic-automatic = 自动处理

preset-calm = 平和
    .about = 只标记几乎确定的；误报最少
preset-balanced = 均衡
    .about = 适合大多数服务器
preset-watchful = 警觉
    .about = 能发现更多，其中无害的也更多
preset-own = 自定义数值

does-flag = 标记
    .about = 把看起来有害的消息显示给版主
does-react = 添加反应
    .about = 确定是某种情绪时，用表情符号添加反应
does-reply = 回复
    .about = 确定是某种情绪时回复

language-auto = 跟随这个服务器在 Discord 中的设置
# 各语言用自己的文字书写：在所有目录中都相同。
language-en = English
language-es = Español
language-de = Deutsch
language-zh = 简体中文

## 设置：名称和作用。Discord 的标题连同单位最多 45 个字符。

setting-language = 语言
    .about = 我在这个服务器使用的语言。谁私下问我，我就用谁的语言回答。
setting-log_channel_id = 日志频道
    .about = 我向版主显示标记的地方。没有它，我什么都不标记。
setting-digest_channel_id = 情绪周报
    .about = 我每周一发布各频道一周情绪的地方。没有它，我就不发布。
setting-exempt_role_ids = 豁免的身份组
    .about = 这些身份组的成员的消息从不显示给版主。
setting-exempt_channel_ids = 豁免的频道
    .about = 这些频道里的消息从不显示给版主，但仍会读取。
setting-flag_toxicity = 攻击性标记门槛
    .about = 一条消息看起来要有多大攻击性，才会显示给版主。
    .unit = %
setting-flag_anger = 愤怒标记门槛
    .about = 在已经升温的对话中，一条消息看起来要有多愤怒，才会显示给版主。
    .unit = %
setting-flag_distress = 心理困扰提示门槛
    .about = 一条消息看起来要有多悲伤或害怕，我才会请你们去关心它的作者。如果有人明确说自己不想活了，无论这个数值是多少，我都会请你们去关心。
    .unit = %
setting-act_toxicity = 攻击性自动处理门槛
    .about = 一条消息看起来要有多大攻击性，才会自动处理。自动处理起初是关闭的。
    .unit = %
setting-act_anger = 愤怒自动处理门槛
    .about = 同上，针对愤怒。
    .unit = %
setting-faces = 人脸表情
    .about = 我是否猜测图片中人脸的表情。法律可能要求为此事先取得同意。
setting-ocr = 图片中的文字
    .about = 在我的运营者开启了该功能的前提下，我是否读取图片中的文字。
setting-min_confidence = 回答所需的把握
    .about = 在我会主动回答的频道里，我对一种情绪要有多大把握才回答。
    .unit = %
setting-cooldown_s = 回答后的安静时间
    .about = 回答之后多少秒内，我不在同一频道再作回答。
    .unit = 秒
setting-heat_notes = 升温提醒
    .about = 对话升温时，我是否在日志频道告诉版主。
setting-heat_line = 缓和的话
    .about = 我在已经升温的对话中写的话；留空则什么都不写。
setting-distress_help = 求助信息
    .about = 有人可能状态不太好时，卡片上显示的内容，例如可以打给谁。
setting-warn_line = 警告语
    .about = 版主按下“警告”时，我回复那条消息的话。
setting-timeout_minutes = 禁言时长
    .about = 版主按下“禁言”时，成员被禁言的分钟数。
    .unit = 分钟
setting-direct_messages = 私信通知
    .about = 我是否用私信告诉成员做了什么处理，以及如何申诉。
setting-retention_days = 事件保留时间
    .about = 多少天后永久删除事件。
    .unit = 天

## 面板

choose-topic = 切换到其他页面
choose-log = 选择日志频道
choose-watched = 选择要读取的频道，或要更改的频道
choose-roles = 选择从不标记的身份组
choose-channels = 选择不标记任何消息的频道
choose-preset = 选择预设
choose-language = 选择语言
choose-does = 我在 #{ $channel } 里该做什么？
only-count = 只计数
stop-listening = 停止读取
numbers = 数值
words = 用语
show-all = 显示全部
export = 导出
grant = 授予权限
turn-on = { $setting }：开启
turn-off = { $setting }：关闭

automatic-about = 我来标记，由人决定。如果你希望我自行处理达到“灵敏度”页面上 *…自动处理门槛* 的消息，我会先用一周时间只统计我本会做什么，并展示给你。
choose-automatic = 选择要试行的处理方式
switch-on = 正式开启
stop-automatic = 结束
automatic-trial = **{ $action }** 试行中，结束时间：{ $until }。我本会{ $did }；其中 { $refuted } 次后来被忽略、判为无攻击性或撤销。
automatic-on = **{ $action }** 已 **开启**。自试行开始以来，我已（或本会）{ $did }；其中 { $refuted } 次后来被忽略、判为无攻击性或撤销。
did-delete = 删除 { $count } 条消息
did-time-out = 禁言成员 { $count } 次

## 需要解决的问题

warning = ⚠️ { $text }
everyone-sees = 这里的所有人都能看到日志频道。卡片应该放在只有版主能看到的地方。
log-channel-is-gone = 日志频道已经不在了，或者我无法在其中发消息。请另选一个：在此之前什么都不会标记。
grant-here = ⚠️ 我在 { $channel } 中缺少 { $permissions } 权限：频道设置 → 权限 → 我的身份组 → ✓
grant-everywhere = ⚠️ 我在 { $channel } 中缺少 { $permissions } 权限：请按 **{ grant }** 并确认。
not-announced = 我没能在 { $channel } 中公布这件事：请告诉那里的人，或者允许我发送消息，然后重新设置一次。

settings-taken = 已采用。
settings-taken-partly = { settings-taken }有 { $count } 个频道或身份组不属于这个服务器，我略过了。

## 为什么没有采纳某个值或文件；接在“什么都没有改变：”后面

fault-per-cent = “{ $title }”要填 0 到 100 之间的数字
fault-number = “{ $title }”要填数字
fault-at-least = “{ $title }”至少为 { $bound }
fault-at-most = “{ $title }”不能超过 { $bound }
fault-too-long = “{ $title }”最多 { $bound } 个字符
fault-too-many = “{ $title }”最多 { $bound } 个
fault-value = “{ $title }”不能填这样的值
fault-no-list = 这不是一份设置列表
fault-no-setting = { $name } 不是设置项
fault-unknown-name = 其中有个名称不是设置项
fault-file-too-large = 文件大于 { $kibibytes } KiB
fault-file-not-json = 文件不是 JSON 格式
fault-file-foreign = 这不是 /setup 导出的文件
fault-watched-many = “watched”最多列出 { $count } 个频道
fault-watched-names = “watched”要用 ID 指明频道，并带上 { $names }
