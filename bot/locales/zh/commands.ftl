### Discord 列出的命令。命令名称在所有语言中都相同，这样文字里才能提到它们。
### Discord 的说明最多 100 个字符，菜单中的名称最多 32 个字符。

menu-analyze = 分析情绪

command-analyze = 读出文字、图片或两者中的情绪
    .text = 要读的文字
    .image = 要读的图片：PNG、JPEG、GIF 或 WebP，最大 8 MiB
    .image2 = 第二张图片
    .image3 = 第三张图片
    .public = 让这里的所有人都看到回答，而不只是你

command-watch = 让 Moodring 读取频道
command-watch-start = 开始读取一个频道的消息
    .channel = 频道；不填则为当前频道
    .mode = 回复、添加反应、标记给版主，或只计数；不填则为回复
command-watch-stop = 停止读取一个频道的消息
    .channel = 频道；不填则为当前频道
command-watch-status = 显示正在读取哪些频道，以及怎样读取
command-watch-tune = 设定 Moodring 在读取的频道中要多有把握才回答，以及多久能回答一次
    .confidence = 把握达到多少才回答（百分比）
    .cooldown = 每个频道中，回答之后保持安静的秒数

command-faces = 设定 Moodring 是否解读图片中的人脸
command-faces-on = 解读这个服务器的图片中人脸的表情
command-faces-off = 不理会这个服务器的图片中的人脸

command-privacy = Moodring 读取和保留什么，以及如何选择退出

command-cases = 标记过什么，后来怎样处理了
command-cases-list = 列出事件，最新的在前
    .channel = 只看这个频道的事件
    .group = 只看因这一项被标记的事件
    .state = 只看处于这个状态的事件
    .page = 列表的第几页
command-cases-show = 显示一个事件及其按钮
    .case = 事件编号
command-cases-stats = 显示有多少事件，以及其中多少得到处理
command-cases-export = 以 CSV 文件获取全部事件：ID、分数和状态，不含任何人的话

command-mood = 显示一个频道最近的情绪：各时段的情绪统计，从不针对某一个人
    .channel = 频道；不填则为当前频道
    .period = 最近 24 小时、7 天或 30 天；不填则为 7 天

command-appeal = 说明在这里对你的某项处理为什么不对
    .case = 事件编号；不填则为最近一个

command-setup = 在这个服务器设置 Moodring：频道、灵敏度、读取内容、用语和规则
    .show = 只显示当前设置
    .file = 使用之前导出的设置文件

command-backtest = 在正式启用之前，先用频道的过往消息试算标记门槛
    .channel = 频道；不填则为当前频道
    .days = 往前多少天；不填则为 7
    .thresholds = 从多少攻击性分数起标记（百分比），例如 70, 85；不填则用各预设的门槛

## 选项

mode-reply = 回复
mode-react = 添加反应
mode-flag = 标记
mode-count = 只计数
