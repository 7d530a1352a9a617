### What is read and kept, and one's own data.

privacy-title = What I read and what I keep
privacy-when = **I read a message only when** someone gives it to `/analyze`, chooses **Apps → Analyze** on it, or mentions me in it or in a reply to it, when it is written in a channel that this server's managers let me listen to, or when they try out on a channel's past what I would have flagged (I keep the number they choose). For **Why?**, and for a moderator who looks at a flag, I may read it once more. I read its text, the names of its stickers and up to 4 pictures, with text in them if my operator switched that on; a server's managers may switch that off for their server.
privacy-guess = **A computer program guesses** which feeling the words and pictures show. It can be wrong. It says nothing certain about a person, and nobody should be judged by it. It recognises nobody. What faces in pictures express is read only in servers whose managers switched that on.
privacy-kept = **I store nothing of what you write or show,** and nothing is used for training. Text and pictures stay in memory for 15 minutes at most, so that the button **Why?** under an answer can be answered. For a day I keep the ids of an answered message, of its author and of my answer, so that the answer goes away when the message is deleted, and so that **Why?** can read the message again. For a server I keep its settings; they go some days after I am removed.
privacy-moderators = **Moderators may be shown** that a message looks harmful: scores and a link, not the words. Its id, the scores and what was done are kept for as long as this server says (30 days at first), your own id only while something done to you may be appealed (`/appeal`). That somebody may not be well is shown and not kept.
privacy-mood = **In channels that I listen to I count feelings** by channel and hour, never who had them. Who may read a channel can see its counts (`/mood`), and only of times in which at least 5 people wrote 20 messages together. They are kept for 90 days. Nobody can ask for one person's mood.
privacy-out = **If you opt out** I read nothing of yours, in any way, in any server: not what others point me at, and not what you give to `/analyze` yourself. My answers to your messages of the last day are deleted. I keep your id, to know whom not to read. What is already kept about you stays for its time: **My data** shows it. The counts of a channel stay too: they say nothing of whose they are. You can opt in again at any time.
privacy-data = **My data** gives you all that I keep about you as a file. **Delete** deletes it.
privacy-where = What I keep lies in the database of whoever runs me and nowhere else. **Questions?** Ask { $contact }.
privacy-managers = the managers of a server that I am in: they know who runs me
privacy-faces = In this server faces in pictures **are read** for what they express.
privacy-no-faces = Faces in pictures are **not read** here.
privacy-is-in = You are **not opted out**.
privacy-is-out = You are **opted out**: I read nothing of yours.
opt-out = Opt out
opt-in = Opt in
my-data = My data
my-data-here = This file is all that I keep about you on disk. What you wrote or showed is not kept.
my-data-about = Everything that Moodring keeps about you on disk. Ids are Discord's; times are UTC. Nothing that you wrote or showed is kept.
nothing-kept = I keep nothing about you.
delete-me = Delete
delete-now = Delete for good
delete-means =
    I take back my answers to your messages of the last day, and delete your id there and in cases about your messages, so that you can no longer appeal in them. Unless you are opted out I go on reading you.
    {""}**What stays:** an appeal of yours until it is decided; what you did in cases as a moderator while they are kept; and that you are opted out, if you are: I need to know that to leave you alone.
deleted = Done. **My data** shows what is left, if anything is.
