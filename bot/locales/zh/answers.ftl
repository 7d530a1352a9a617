### 回答：我从一条消息里读出了什么，以及为什么。

## 情绪，按句子中的写法

emotion-admiration = 钦佩
emotion-amusement = 好笑
emotion-anger = 愤怒
emotion-annoyance = 恼火
emotion-approval = 赞同
emotion-caring = 关心
emotion-confusion = 困惑
emotion-curiosity = 好奇
emotion-desire = 渴望
emotion-disappointment = 失望
emotion-disapproval = 反对
emotion-disgust = 厌恶
emotion-embarrassment = 尴尬
emotion-excitement = 兴奋
emotion-fear = 恐惧
emotion-gratitude = 感激
emotion-grief = 悲痛
emotion-joy = 喜悦
emotion-love = 喜爱
emotion-nervousness = 紧张
emotion-optimism = 乐观
emotion-pride = 自豪
emotion-realization = 恍然大悟
emotion-relief = 如释重负
emotion-remorse = 懊悔
emotion-sadness = 悲伤
emotion-surprise = 惊讶
emotion-neutral = 中性

sentiment-negative = 负面
sentiment-neutral = 中性
sentiment-positive = 正面

## 我有多确定

sure-very = 非常确定
sure-quite = 相当确定
sure-fairly = 比较确定
sure-leaning = 略有倾向
sure-not = 不确定
confidence = { $sure }，{ $share }

## 回答

unsure-title = 🤔 拿不准，也许是 { $emotion }
not-english = 这看起来不像英语。我是为英语做的，读其他语言没那么有把握。
sentiment = 情感倾向
next = 其他可能
read = 已读取
skipped = 未读取
in-picture = 图片中的文字
footer = 机器的猜测 · { $model } · { $milliseconds }{"\u00A0"}毫秒

part-text = 文字
part-image = 图片 { $number }
part-image_text = 图片 { $number } 中的文字
part-image_faces = 图片 { $number } 中的人脸

## 为什么没有读取，例如“图片 2：超过 8 MiB”

skip-larger-than-8-mib = 超过 8 MiB
skip-too-many-pixels = 像素太多
skip-not-a-png-jpeg-gif-or-webp-image = 不是 PNG、JPEG、GIF 或 WebP 图片
skip-damaged-image-file = 图片文件已损坏
skip-not-a-picture = 不是图片
skip-a-type-of-picture-i-can-t-read = 我读不了这种图片（PNG、JPEG、GIF 和 WebP 可以）
skip-only-the-first-4-pictures-are-read = 只读取前 4 张图片
skip-no-longer-there = 已不存在
skip-could-not-be-downloaded = 无法下载
skip-took-too-long-to-download = 下载时间过长
skip-not-an-attachment-from-discord = 不是 Discord 的附件
skip-took-too-long-to-decode = 解码时间过长
skip-needs-too-much-memory-to-decode = 解码所需内存过多
skip-could-not-be-decoded-safely = 无法安全解码
skip-took-too-long-to-read = 读取时间过长
skip-could-not-be-read-safely = 无法安全读取
skip-pictures-cannot-be-read-at-the-moment = 暂时无法读取图片
skip-only-its-beginning-was-read = 只读取了开头

nothing-given = 给我 `text`、`image` 或两者都给，我就告诉你我从中读出了什么情绪。
nothing-mentioned = 在我的名字旁边写点什么、附上一张图片，或在回复一条消息时提及我，我就告诉你我从中读出了什么情绪。
nothing-to-read = 这条消息里没有我能读的东西：既没有文字，也没有图片。
nothing-readable = 这条消息里没有我能读的东西（{ $parts }）。
replied-to-is-gone = 我看不到你回复的那条消息，它可能已被删除。
replied-to-is-hidden = 我读不到你回复的那条消息：Discord 只让我看到提及我的消息。请改为右键点击（或长按）那条消息，选择 **APP → 分析情绪**。这个机器人的所有者也可以为它开启 *Message Content* intent。

## 为什么？

why = 为什么？
why-title = 为什么是 { $emotion }？
why-toxic = 为什么有 🚩 攻击性？
why-words = **粗体**：没有这个词，我会没那么确定。~~删除线~~：没有这个词，我会更确定。为了弄清楚，我把每个词逐一去掉，重新读了这条消息。
why-pictures = 在图片中，橙色支持这个回答，蓝色则相反。
why-not-yours = 只有要求这个回答的人才能看原因：这段内容是交给我的，不是发给频道的。
why-forgotten = 我在这里读过的内容已经没有了：我只保留 15 分钟，也无法再读一次。请重新问我，然后再问为什么。
speaks-for = 支持的词
speaks-against = 不支持的词
no-word = 无
heat-map = 图片中起作用的部分
