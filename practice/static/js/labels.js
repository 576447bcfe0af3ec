// The words of the pages. English and the Chinese of the captures are x.com's (x_dom_facts and captures);
// entries marked [A] in a language, and all Indonesian ones, are assumptions: no capture shows them.

import { language } from "./visit.js";

const en = {
  home: "Home", homeTimeline: "Home timeline", explore: "Search and explore", notifications: "Notifications",
  messages: "Direct Messages", profile: "Profile", more: "More", moreItems: "More menu items", post: "Post",
  accountMenu: "Account menu", primary: "Primary", trending: "Trending", forYou: "For you", following: "Following",
  newPosts: "See new posts", newPostsLabel: "New posts are available. Push the period key to go to the them.",
  yourTimeline: "Your Home Timeline", timeline: (name) => `Timeline: ${name}`, conversation: "Conversation",
  searchTimeline: "Search timeline", postsBy: (name) => `${name}’s posts`, whatsHappening: "What's happening?",
  postText: "Post text", addMedia: "Add photos or video", addGif: "Add a GIF", grok: "Enhance your post with Grok",
  poll: "Add poll", emoji: "Add emoji", schedule: "Schedule post", location: "Tag location", previous: "Previous",
  next: "Next", removeMedia: "Remove media", uploading: "Uploading…", uploaded: "Uploaded (100%)", close: "Close",
  drafts: "Drafts", replyPlaceholder: "Post your reply", reply: "Reply", everyone: "Everyone can reply",
  showMore: "Show more", quote: "Quote", ad: "Ad", pinned: "Pinned", reposted: (name) => `${name} reposted`,
  image: "Image", video: "Embedded video", share: "Share post", views: "Views", back: "Back", search: "Search",
  searchQuery: "Search query", whoToFollow: "Who to follow", liveTrends: "What’s happening", footer: "Footer",
  follow: "Follow", unfollow: "Following", cancel: "Pending", followBack: "Follow back",
  followLabel: (handle) => `Follow @${handle}`, unfollowLabel: (handle) => `Following @${handle}`,
  followBackLabel: (handle) => `Follow back @${handle}`, clickTo: (handle) => `Click to Follow ${handle}`,
  followsYou: "Follows you", followers: "Followers", followingCount: "Following", joined: "Joined",
  editProfile: "Edit profile", profileTimelines: "Profile timelines", posts: "posts", postsTab: "Posts",
  replies: "Replies", highlights: "Highlights", media: "Media", verifiedDetails: "Provides details about verified accounts.",
  opensPhoto: "Opens profile photo", followersYouKnow: "Followers you know", followedBy: (name) => `Followed by ${name}`,
  latest: "Latest", top: "Top", people: "People", lists: "Lists", noResults: (q) => `No results for “${q}”`,
  sent: "Your post was sent.", view: "View", retry: "Retry", deletedPost: "This Post was deleted by the Post author. Learn more",
  unavailable: "This Post is unavailable.", readReplies: (n) => `Read ${n} replies`,
  missingAccount: "This account doesn’t exist", tryOther: "Try searching for another.",
  suspendedAccount: "Account suspended", protectedPosts: "These posts are protected",
  missingPage: "Hmm...this page doesn’t exist. Try searching for something else.",
  loginBar: "Don’t miss what’s happening", loginBar2: "People on X are the first to know.", login: "Log in",
  signup: "Sign up", newToX: "New to X?", happeningNow: "Happening now",
  unfollowAsk: (handle) => `Unfollow @${handle}?`, unfollowConfirm: "Unfollow", cancelWord: "Cancel",
  repostItem: "Repost", undoRepost: "Undo repost", youReposted: "Your post was reposted", saveAsk: "Save post?",
  saveWord: "Save", discardWord: "Discard", learnMore: "Learn more", popupTitle: "Turn on notifications",
  popupText: "Get the most out of X by staying up to date with what’s happening.",
  suspendedBanner: "Your account is suspended", suspendedText:
    "After careful review, we determined your account broke the X Rules. Your account is permanently in read-only mode, which means you can’t post, Repost, or Like content. You won’t be able to create new accounts. If you think we got this wrong, you can submit an appeal.",
  lockedTitle: "Your account has been locked.", lockedText: "What happened? To unlock your account, you must complete the steps here.",
  challengeTitle: "Authenticate your account", challengeText: "We need to make sure that you’re a real person.", start: "Start",
  codeTitle: "Check your email", codeText: "Enter the code we sent you to confirm that it is you.",
  loginTitle: "Sign in to X", loginField: "Phone, email, or username", passwordField: "Password",
  numbers: { k: "K", m: "M", locale: "en-US" },
  state: { reposted: "Reposted", liked: "Liked" },
  count: {
    replies: (n) => `${n} ${n === 1 ? "reply" : "replies"}`, reposts: (n) => `${n} ${n === 1 ? "repost" : "reposts"}`,
    likes: (n) => `${n} ${n === 1 ? "like" : "likes"}`, bookmarks: (n) => `${n} ${n === 1 ? "bookmark" : "bookmarks"}`,
    views: (n) => `${n} ${n === 1 ? "view" : "views"}`, join: ", ",
  },
  button: {
    reply: (n) => `${n} ${n === 1 ? "Reply" : "Replies"}. Reply`, retweet: (n) => `${n} ${n === 1 ? "repost" : "reposts"}. Repost`,
    unretweet: (n) => `${n} ${n === 1 ? "repost" : "reposts"}. Reposted`, like: (n) => `${n} ${n === 1 ? "Like" : "Likes"}. Like`,
    unlike: (n) => `${n} ${n === 1 ? "Like" : "Likes"}. Liked`,
    views: (n) => (n ? `${n} ${n === 1 ? "view" : "views"}. View post analytics` : "View post analytics"),
    bookmark: (n) => (n === null ? "Bookmark" : `${n} ${n === 1 ? "Bookmark" : "Bookmarks"}. Bookmark`),
    removeBookmark: (n) => (n === null ? "Bookmarked" : `${n} ${n === 1 ? "Bookmark" : "Bookmarks"}. Bookmarked`),
  },
  errors: {
    duplicate: "Whoops! You already said that.", daily_limit: "You are over the daily limit for sending posts.",
    automated: "This request looks like it might be automated. To protect our users from spam and other malicious activity, we can’t complete this action right now. Please try again later.",
    suspended: "Your account is suspended and is not permitted to send posts.",
    too_long: "The text of your post exceeds the maximum allowed limit.", empty: "Something went wrong. Try sending your post again in a minute.",
    rate_limited: "Sorry, you are rate limited. Please wait a few moments then try again.",
    offline: "Looks like you lost your connection. Please check it and try again.",
    forbidden: "Your account may not be allowed to perform this action. Please refresh the page and try again.",
    gone: "Sorry, that post has been deleted.", media_failed: "Some of your media failed to upload.",
    post: "Something went wrong. Try sending your post again in a minute.",
    like: "Something went wrong. Try liking your post again in a minute.",
    repost: "Something went wrong. Try reposting again in a minute.",
    bookmark: "Something went wrong. Try bookmarking that post again in a minute.",
    follow: "Something went wrong. Try again in a minute.", list: "Something went wrong. Try reloading.",
  },
};

const zh = {
  ...en, // what the captures do not show in Chinese stays English here [A]
  home: "主页", homeTimeline: "主页时间线", explore: "搜索和发现", notifications: "提醒", messages: "私信", profile: "个人资料",
  more: "更多", moreItems: "更多菜单项", post: "发帖", accountMenu: "账号菜单", primary: "主要", trending: "当前趋势",
  newPosts: "查看新帖子", newPostsLabel: "有新的帖子。按句点键即可前往查看它们。", timeline: (name) => `时间线：${name}`,
  conversation: "对话", postText: "帖子文本", replyPlaceholder: "发布你的回复", reply: "回复", everyone: "所有人可以回复",
  showMore: "显示更多", image: "图像", share: "分享帖子", views: "查看", back: "返回",
  follow: "关注", unfollow: "正在关注", followLabel: (handle) => `关注 @${handle}`, unfollowLabel: (handle) => `正在关注 @${handle}`,
  clickTo: (handle) => `点击 关注 ${handle}`,
  whatsHappening: "有什么新鲜事？", forYou: "为你推荐", following: "正在关注", yourTimeline: "你的主页时间线", // [A]
  followers: "关注者", followingCount: "正在关注", whoToFollow: "推荐关注", posts: "帖子", pinned: "置顶", search: "搜索", // [A]
  sent: "你的帖子已发送。", view: "查看", latest: "最新", top: "热门", people: "用户", login: "登录", signup: "注册", // [A]
  numbers: { wan: "万", locale: "zh-CN" },
  state: { reposted: "已转帖", liked: "喜欢了" }, // [A]
  count: {
    replies: (n) => `${n} 回复`, reposts: (n) => `${n} 次转帖`, likes: (n) => `${n} 喜欢`, bookmarks: (n) => `${n} 书签`,
    views: (n) => `${n} 次观看`, join: "、",
  },
  button: {
    reply: (n) => `${n} 回复。回复`, retweet: (n) => `${n} 次转帖。转帖`, unretweet: (n) => `${n} 次转帖。已转帖`,
    like: (n) => `${n} 喜欢次数。喜欢`, unlike: (n) => `${n} 喜欢次数。喜欢了`,
    views: (n) => (n ? `${n} 次查看。查看帖子分析` : "查看帖子分析"),
    bookmark: (n) => (n === null ? "书签" : `${n} 书签。加入书签`),
    removeBookmark: (n) => (n === null ? "已加入书签" : `${n} 书签。已加入书签`),
  },
};

const id = {
  ...en, // every Indonesian label is an assumption [A]; what is not translated stays English
  home: "Beranda", homeTimeline: "Linimasa Beranda", explore: "Cari dan jelajahi", notifications: "Notifikasi",
  messages: "Pesan Langsung", profile: "Profil", more: "Lainnya", moreItems: "Item menu lainnya", accountMenu: "Menu akun",
  post: "Posting", forYou: "Untuk Anda", following: "Mengikuti", newPosts: "Lihat postingan baru",
  yourTimeline: "Linimasa Beranda Anda", timeline: (name) => `Linimasa: ${name}`, conversation: "Percakapan",
  whatsHappening: "Apa yang sedang terjadi?", postText: "Teks posting", addMedia: "Tambahkan foto atau video",
  replyPlaceholder: "Posting balasan Anda", reply: "Balas", everyone: "Semua orang dapat membalas", close: "Tutup",
  showMore: "Tampilkan lebih banyak", quote: "Kutipan", ad: "Iklan", pinned: "Disematkan",
  reposted: (name) => `${name} memposting ulang`, image: "Gambar", share: "Bagikan postingan", views: "Tayangan",
  back: "Kembali", search: "Cari", whoToFollow: "Siapa yang harus diikuti", follow: "Ikuti", unfollow: "Mengikuti",
  cancel: "Tertunda", followLabel: (handle) => `Ikuti @${handle}`, unfollowLabel: (handle) => `Mengikuti @${handle}`,
  clickTo: (handle) => `Klik untuk Ikuti ${handle}`, followsYou: "Mengikuti Anda", followers: "Pengikut",
  followingCount: "Mengikuti", joined: "Bergabung", editProfile: "Edit profil", posts: "postingan", postsTab: "Postingan",
  latest: "Terbaru", top: "Teratas", people: "Orang", sent: "Postingan Anda telah dikirim.", view: "Lihat",
  retry: "Coba lagi", login: "Masuk", signup: "Daftar", removeMedia: "Hapus media", uploading: "Mengunggah…",
  missingAccount: "Akun ini tidak ada", suspendedAccount: "Akun ditangguhkan", protectedPosts: "Postingan ini dilindungi",
  lockedTitle: "Akun Anda telah dikunci.", suspendedBanner: "Akun Anda ditangguhkan", unfollowConfirm: "Berhenti mengikuti",
  numbers: { k: "rb", m: "jt", locale: "id-ID" },
  state: { reposted: "Diposting ulang", liked: "Disukai" },
  count: {
    replies: (n) => `${n} balasan`, reposts: (n) => `${n} posting ulang`, likes: (n) => `${n} suka`,
    bookmarks: (n) => `${n} markah`, views: (n) => `${n} tayangan`, join: ", ",
  },
  button: {
    reply: (n) => `${n} Balasan. Balas`, retweet: (n) => `${n} posting ulang. Posting ulang`,
    unretweet: (n) => `${n} posting ulang. Diposting ulang`, like: (n) => `${n} Suka. Suka`, unlike: (n) => `${n} Suka. Disukai`,
    views: (n) => (n ? `${n} tayangan. Lihat analitik postingan` : "Lihat analitik postingan"),
    bookmark: (n) => (n === null ? "Markah" : `${n} Markah. Markah`),
    removeBookmark: (n) => (n === null ? "Dimarkahi" : `${n} Markah. Dimarkahi`),
  },
  errors: {
    ...en.errors,
    duplicate: "Ups! Anda sudah mengatakannya.", daily_limit: "Anda telah melewati batas harian untuk mengirim postingan.",
    suspended: "Akun Anda ditangguhkan dan tidak diizinkan mengirim postingan.",
    rate_limited: "Maaf, Anda dibatasi. Tunggu beberapa saat lalu coba lagi.",
    post: "Terjadi kesalahan. Coba kirim postingan Anda lagi sebentar lagi.",
    like: "Terjadi kesalahan. Coba sukai postingan Anda lagi sebentar lagi.",
    media_failed: "Sebagian media Anda gagal diunggah.", list: "Terjadi kesalahan. Coba muat ulang.",
  },
};

export const say = { en, id, zh }[language];

// The words for a refusal; `what` names the action for the generic one.
export function wordsFor(reason, what) {
  return say.errors[reason] || say.errors[what] || say.errors.post;
}
