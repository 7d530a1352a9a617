### 读取频道。

follows-reply = 确定是某种情绪时回复
follows-react = 确定是某种情绪时添加反应
follows-flag = 把看起来有害的消息显示给版主
follows-nothing = 只统计我看到的情绪，别的什么都不做
watch-answers = { $follows }（把握达到 { $confidence } 才回答，每 { $seconds } 秒最多一次；中性的消息不理会）
watch-started = 从现在起，我会读取 { $channel } 中的消息：{ $follows }。我不保留其中说的任何话，只保留整个频道的情绪统计（`/mood`）。用 `/privacy` 可以了解详情，任何人都可以选择退出。
watch-stopped = 我不再读取 { $channel } 中的消息。
not-watched = 我本来就没有在读取 { $channel }。
nothing-watched = 我没有在读取这个服务器的任何频道。
listening-to = 我正在读取：
listening = - { $channel }：{ $mode }
listening-lacks = - { $channel }：{ $mode } ⚠️ 我缺少 { $permissions } 权限
watch-tuned = 把握达到 { $confidence } 我才回答，每个频道每 { $seconds } 秒最多一次。

faces-are-read = 从现在起，我会在这个服务器中读取的图片里寻找人脸，并猜测它们的表情。程序对表情的猜测常常出错，也不能确切说明一个人的任何情况。我不辨认任何人，也不保留任何内容。用 `/privacy` 可以了解详情，任何人都可以选择退出。
faces-are-not-read = 我不看这个服务器的图片中的人脸。
