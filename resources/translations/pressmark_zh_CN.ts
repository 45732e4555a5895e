<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>About</name>
    <message>
        <source>About Pressmark</source>
        <translation>关于 Pressmark</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>A quiet room for the articles you have saved.</source>
        <translation>一间安静的书房，读你存下的文章。</translation>
    </message>
    <message>
        <source>Nothing leaves this machine unasked.</source>
        <translation>未经你同意，任何东西都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>Free software under the MIT licence.</source>
        <translation>自由软件，采用 MIT 许可证。</translation>
    </message>
    <message>
        <source>The library: {folder}</source>
        <translation>文库位置：{folder}</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>搜索(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>跳转(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Article</source>
        <translation>文章(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Import Files…</source>
        <translation>导入文件(&amp;I)…</translation>
    </message>
    <message>
        <source>Import F&amp;older…</source>
        <translation>导入文件夹(&amp;O)…</translation>
    </message>
    <message>
        <source>Import &amp;Report…</source>
        <translation>导入报告(&amp;R)…</translation>
    </message>
    <message>
        <source>Import &amp;History…</source>
        <translation>导入历史(&amp;H)…</translation>
    </message>
    <message>
        <source>Save &amp;Pictures for Offline Reading</source>
        <translation>保存图片以便离线阅读(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Export Original…</source>
        <translation>导出原始文件(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Undo Last Import…</source>
        <translation>撤销上次导入(&amp;U)…</translation>
    </message>
    <message>
        <source>&amp;Back Up Library…</source>
        <translation>备份文库(&amp;B)…</translation>
    </message>
    <message>
        <source>Restore &amp;Library…</source>
        <translation>恢复文库(&amp;L)…</translation>
    </message>
    <message>
        <source>Pre&amp;ferences…</source>
        <translation>偏好设置(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Move to &amp;Bin</source>
        <translation>移到回收站(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Restore from Bin</source>
        <translation>从回收站恢复(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Delete Permanently…</source>
        <translation>永久删除(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Empty Bin…</source>
        <translation>清空回收站(&amp;E)…</translation>
    </message>
    <message>
        <source>From the Box into the List</source>
        <translation>从搜索框进入列表</translation>
    </message>
    <message>
        <source>From the Box to the Article Above</source>
        <translation>从搜索框跳到上一篇</translation>
    </message>
    <message>
        <source>Open the First Article Found</source>
        <translation>打开找到的第一篇</translation>
    </message>
    <message>
        <source>&amp;Clear Search</source>
        <translation>清除搜索(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Find in Page</source>
        <translation>在页面中查找(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Next Match</source>
        <translation>下一处匹配(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Previous Match</source>
        <translation>上一处匹配(&amp;P)</translation>
    </message>
    <message>
        <source>Newest First</source>
        <translation>最新在前</translation>
    </message>
    <message>
        <source>Oldest First</source>
        <translation>最旧在前</translation>
    </message>
    <message>
        <source>Most Relevant First</source>
        <translation>最相关在前</translation>
    </message>
    <message>
        <source>&amp;Sidebar</source>
        <translation>侧边栏(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Original Capture</source>
        <translation>原始页面(&amp;O)</translation>
    </message>
    <message>
        <source>Zoom &amp;In</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom Ou&amp;t</source>
        <translation>缩小(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Actual Size</source>
        <translation>原始大小(&amp;A)</translation>
    </message>
    <message>
        <source>Match System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>&amp;Next Article</source>
        <translation>下一篇(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Previous Article</source>
        <translation>上一篇(&amp;P)</translation>
    </message>
    <message>
        <source>Page &amp;Down, Then the Next Article</source>
        <translation>向下翻页，到底后读下一篇(&amp;D)</translation>
    </message>
    <message>
        <source>Page &amp;Up, Then the Article Before</source>
        <translation>向上翻页，到顶后回上一篇(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>后退(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation>前进(&amp;F)</translation>
    </message>
    <message>
        <source>Back to the List, Then to the Search</source>
        <translation>回到列表，再回到搜索框</translation>
    </message>
    <message>
        <source>Open on the &amp;Web…</source>
        <translation>在浏览器中打开(&amp;W)…</translation>
    </message>
    <message>
        <source>&amp;Copy Link</source>
        <translation>复制链接(&amp;C)</translation>
    </message>
    <message>
        <source>Show the Saved &amp;File</source>
        <translation>显示保存的文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Star / Unstar</source>
        <translation>加星标或取消星标(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Tags…</source>
        <translation>标签(&amp;T)…</translation>
    </message>
    <message>
        <source>Mark as &amp;Read</source>
        <translation>标为已读(&amp;R)</translation>
    </message>
    <message>
        <source>Mark as &amp;Unread</source>
        <translation>标为未读(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>Show the &amp;Log File</source>
        <translation>显示日志文件(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;About Pressmark</source>
        <translation>关于 Pressmark(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Export the Originals of {count} Articles…</source>
        <translation>导出 {count} 篇文章的原始文件(&amp;E)…</translation>
    </message>
    <message>
        <source>Move {count} Articles to &amp;Bin</source>
        <translation>将 {count} 篇文章移到回收站(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Restore {count} Articles from Bin</source>
        <translation>从回收站恢复 {count} 篇文章(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Delete {count} Articles Permanently…</source>
        <translation>永久删除 {count} 篇文章(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Tags of {count} Articles…</source>
        <translation>{count} 篇文章的标签(&amp;T)…</translation>
    </message>
    <message>
        <source>Mark {count} Articles as &amp;Read</source>
        <translation>将 {count} 篇文章标为已读(&amp;R)</translation>
    </message>
    <message>
        <source>Mark {count} Articles as &amp;Unread</source>
        <translation>将 {count} 篇文章标为未读(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Star or Unstar {count} Articles</source>
        <translation>为 {count} 篇文章加星标或取消星标(&amp;S)</translation>
    </message>
    <message>
        <source>Un&amp;star</source>
        <translation>取消星标(&amp;S)</translation>
    </message>
    <message>
        <source>Un&amp;star {count} Articles</source>
        <translation>取消 {count} 篇文章的星标(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Star</source>
        <translation>加星标(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Star {count} Articles</source>
        <translation>为 {count} 篇文章加星标(&amp;S)</translation>
    </message>
    <message>
        <source>To the &amp;Message</source>
        <translation>转到消息(&amp;M)</translation>
    </message>
</context>
<context>
    <name>ArticleCommands</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>ArticleList</name>
    <message>
        <source>in another version</source>
        <translation>见于另一版本</translation>
    </message>
    <message>
        <source>in the version of {date}</source>
        <translation>见于 {date} 的版本</translation>
    </message>
    <message>
        <source>a newer capture lost its text</source>
        <translation>更新的版本已无正文</translation>
    </message>
    <message>
        <source>unread</source>
        <translation>未读</translation>
    </message>
    <message>
        <source>starred</source>
        <translation>已加星标</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>无标题</translation>
    </message>
</context>
<context>
    <name>Bindings</name>
    <message>
        <source>Search all sources</source>
        <translation>搜索全部来源</translation>
    </message>
    <message>
        <source>Search all articles</source>
        <translation>搜索全部文章</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
    <message>
        <source>Show all articles</source>
        <translation>显示全部文章</translation>
    </message>
    <message>
        <source>Captured {date}</source>
        <translation>存于 {date}</translation>
    </message>
    <message>
        <source>Drop saved articles here</source>
        <translation>把存下的文章拖到这里</translation>
    </message>
    <message>
        <source>Files, folders, or archives such as .zip and .tar.xz. The originals are never changed.
Pressmark reads feed captures, and names what else it meets.
A feed capture begins like this:</source>
        <translation>文件、文件夹，或 .zip、.tar.xz 等压缩包。原文件绝不会被改动。
Pressmark 读取订阅源存档，遇到别的文件会说明是什么。
订阅源存档的开头是这样的：</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>The library is being repaired</source>
        <translation>正在修复文库</translation>
    </message>
    <message>
        <source>The first articles are on their way</source>
        <translation>第一批文章马上就到</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>Save for offline reading</source>
        <translation>保存以便离线阅读</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>总是保存</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>The library is being restored</source>
        <translation>正在恢复文库</translation>
    </message>
    <message>
        <source>The list has changed meanwhile, so nothing was done. Select again.</source>
        <translation>列表在此期间有了变化，因此没有执行任何操作。请重新选择。</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Import Files</source>
        <translation>导入文件</translation>
    </message>
    <message>
        <source>Import a Folder</source>
        <translation>导入文件夹</translation>
    </message>
    <message>
        <source>No import has finished since the window was opened.</source>
        <translation>自打开窗口以来，还没有完成过导入。</translation>
    </message>
    <message>
        <source>This article has no web address.</source>
        <translation>这篇文章没有网址。</translation>
    </message>
    <message>
        <source>No program opened the address.</source>
        <translation>没有程序能打开这个网址。</translation>
    </message>
    <message>
        <source>Link copied.</source>
        <translation>链接已复制。</translation>
    </message>
    <message>
        <source>The saved file is not found at {path}. The library keeps its own copy.</source>
        <translation>在 {path} 找不到存下的文件。文库里有自己的一份。</translation>
    </message>
    <message>
        <source>Export Original</source>
        <translation>导出原始文件</translation>
    </message>
    <message>
        <source>Original saved as {name}.</source>
        <translation>原始文件已存为 {name}。</translation>
    </message>
    <message>
        <source>Export the Originals of {count} Articles</source>
        <translation>导出 {count} 篇文章的原始文件</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>d MMM yyyy</source>
        <comment>a day, for QLocale.toString</comment>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>d MMM yyyy, HH:mm</source>
        <comment>a day and a time, for QLocale.toString</comment>
        <translation>yyyy年M月d日 HH:mm</translation>
    </message>
</context>
<context>
    <name>DropCover</name>
    <message>
        <source>Let go to import</source>
        <translation>松手即可导入</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Previous match (Shift+Enter)</source>
        <translation>上一处（Shift+Enter）</translation>
    </message>
    <message>
        <source>Next match (Enter)</source>
        <translation>下一处（Enter）</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <source>{current} of {total}</source>
        <translation>第 {current} 处，共 {total} 处</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>没有找到</translation>
    </message>
</context>
<context>
    <name>Health</name>
    <message>
        <source>The library is being repaired</source>
        <translation>正在修复文库</translation>
    </message>
    <message>
        <source>It can be rebuilt only where the library may be written; until then not all is found.</source>
        <translation>只有在文库可写的地方才能重建索引；在此之前搜索结果不完整。</translation>
    </message>
    <message>
        <source>Rebuild the index</source>
        <translation>重建索引</translation>
    </message>
    <message>
        <source>It is being rebuilt; no article is lost.</source>
        <translation>正在重建，文章不会丢失。</translation>
    </message>
    <message>
        <source>The search index has been rebuilt. Articles that can be found: {count}.</source>
        <translation>搜索索引已重建。可搜索到的文章：{count} 篇。</translation>
    </message>
    <message>
        <source>This article is damaged and cannot be shown.</source>
        <translation>这篇文章已损坏，无法显示。</translation>
    </message>
    <message>
        <source>Repairing the library makes its page again, if its capture can still be read.</source>
        <translation>如果原始文件还能读取，修复文库会重新生成这一页。</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>More damage like this: {count}.</source>
        <translation>还有类似的损坏：{count} 处。</translation>
    </message>
    <message>
        <source>The library has been checked, and is damaged:</source>
        <translation>已检查文库，发现损坏：</translation>
    </message>
</context>
<context>
    <name>ImportBar</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ImportHistory</name>
    <message>
        <source>Import History</source>
        <translation>导入历史</translation>
    </message>
    <message>
        <source>Nothing has been imported into this library yet.</source>
        <translation>这个文库还没有导入过任何内容。</translation>
    </message>
    <message>
        <source>Imports</source>
        <translation>导入记录</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Updated</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Not imported</source>
        <translation>未导入</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ImportReport</name>
    <message>
        <source>Import Report</source>
        <translation>导入报告</translation>
    </message>
    <message>
        <source>Every file was imported.</source>
        <translation>所有文件都已导入。</translation>
    </message>
    <message>
        <source>Why files were not imported</source>
        <translation>文件未导入的原因</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>存为 CSV…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Save the Report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>LibraryCommands</name>
    <message>
        <source>The bin is empty.</source>
        <translation>回收站是空的。</translation>
    </message>
    <message>
        <source>Their pages, originals and pictures are removed. This cannot be undone.</source>
        <translation>它们的页面、原件和图片都会被删除，无法撤销。</translation>
    </message>
    <message>
        <source>There is no import to undo.</source>
        <translation>没有可以撤销的导入。</translation>
    </message>
    <message>
        <source>Undo the import of {time}?</source>
        <translation>撤销 {time} 的导入？</translation>
    </message>
    <message>
        <source>Nothing of it is shown any more.</source>
        <translation>其中的内容都已不再显示。</translation>
    </message>
    <message>
        <source>Undo Import</source>
        <translation>撤销导入</translation>
    </message>
    <message>
        <source>Backups of Pressmark</source>
        <translation>Pressmark 备份</translation>
    </message>
    <message>
        <source>Back Up Library</source>
        <translation>备份文库</translation>
    </message>
    <message>
        <source>Restore Library</source>
        <translation>恢复文库</translation>
    </message>
    <message>
        <source>{folder} is another library of Pressmark.</source>
        <translation>{folder} 是另一个 Pressmark 文库。</translation>
    </message>
    <message>
        <source>Import undone.</source>
        <translation>导入已撤销。</translation>
    </message>
    <message>
        <source>Some pictures are damaged or missing, and are not in it.</source>
        <translation>有些图片已损坏或缺失，未包含在内。</translation>
    </message>
    <message>
        <source>Some pictures were damaged or missing when it was made, and are not in it.</source>
        <translation>制作备份时有些图片已损坏或缺失，不在其中。</translation>
    </message>
    <message>
        <source>Fetch pictures again</source>
        <translation>重新下载图片</translation>
    </message>
    <message>
        <source>Delete Permanently</source>
        <translation>永久删除</translation>
    </message>
    <message>
        <source>The library that does not open is left as it is.</source>
        <translation>打不开的文库会保持原样。</translation>
    </message>
    <message>
        <source>Choose an empty folder, or make a new one.</source>
        <translation>请选择一个空文件夹，或新建一个。</translation>
    </message>
    <message>
        <source>Where is the backup to be restored?</source>
        <translation>要把备份恢复到哪里？</translation>
    </message>
    <message>
        <source>Choose a Folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Restore into an Empty Folder</source>
        <translation>恢复到空文件夹</translation>
    </message>
    <message>
        <source>{folder} cannot be read: {reason}.</source>
        <translation>无法读取 {folder}：{reason}。</translation>
    </message>
    <message>
        <source>{folder} is not empty.</source>
        <translation>{folder} 不是空文件夹。</translation>
    </message>
    <message>
        <source>The window could not be opened. Start it with: pressmark --data-dir {folder}</source>
        <translation>窗口没能打开。请用以下命令启动：pressmark --data-dir {folder}</translation>
    </message>
    <message>
        <source>They are in {folder}.</source>
        <translation>它们在 {folder} 中。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>LibraryCounts</name>
    <message>
        <source>All articles</source>
        <translation>全部文章</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未读</translation>
    </message>
    <message>
        <source>Starred</source>
        <translation>星标</translation>
    </message>
    <message>
        <source>Bin</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>No source</source>
        <translation>无来源</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;Versions</source>
        <translation>版本(&amp;V)</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭这条消息</translation>
    </message>
</context>
<context>
    <name>NotImportedModel</name>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件数</translation>
    </message>
</context>
<context>
    <name>OpenLink</name>
    <message>
        <source>Open Link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>网址</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>This link writes a mail to</source>
        <translation>这个链接会写一封邮件给</translation>
    </message>
    <message>
        <source>This link leaves the library and opens in the browser:</source>
        <translation>这个链接会离开文库，在浏览器中打开：</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>Picture not saved</source>
        <translation>图片未保存</translation>
    </message>
    <message>
        <source>{count} pictures not saved</source>
        <translation>{count} 张图片未保存</translation>
    </message>
    <message>
        <source>{name}, not saved</source>
        <translation>{name}（未保存）</translation>
    </message>
    <message>
        <source>The capture as it was saved. What is tinted is left out of the article.</source>
        <translation>这是当初保存的样子，着色的部分不在文章里显示。</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>无标题</translation>
    </message>
    <message>
        <source>saved {date}</source>
        <translation>保存于 {date}</translation>
    </message>
    <message>
        <source>{minutes} min read</source>
        <translation>约 {minutes} 分钟</translation>
    </message>
    <message>
        <source>Versions:</source>
        <translation>版本：</translation>
    </message>
    <message>
        <source>Also at:</source>
        <translation>同文网址：</translation>
    </message>
    <message>
        <source>{date} (lost its text)</source>
        <translation>{date}（已无正文）</translation>
    </message>
    <message>
        <source>Only the title and the link of this article were saved.</source>
        <translation>这篇文章只保存了标题和链接。</translation>
    </message>
    <message>
        <source>Only the title of this article was saved.</source>
        <translation>这篇文章只保存了标题。</translation>
    </message>
    <message>
        <source>This is the version of {date}.</source>
        <translation>这是 {date} 的版本。</translation>
    </message>
    <message>
        <source>Show the current version</source>
        <translation>看当前版本</translation>
    </message>
    <message>
        <source>Open it on the web</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>This page is very long.</source>
        <translation>这一页很长。</translation>
    </message>
    <message>
        <source>Show more of it</source>
        <translation>显示更多</translation>
    </message>
</context>
<context>
    <name>PageBrowser</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy Link Address</source>
        <translation>复制链接地址</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>PictureObject</name>
    <message>
        <source>This picture is damaged</source>
        <translation>这张图片已损坏</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>Preferences</source>
        <translation>偏好设置</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Page font</source>
        <translation>正文字体</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>正文字号</translation>
    </message>
    <message>
        <source>Line length</source>
        <translation>每行字数</translation>
    </message>
    <message>
        <source>Pictures on the web</source>
        <translation>网上的图片</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>语言在下次启动时更换。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Match system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Sans serif</source>
        <translation>黑体</translation>
    </message>
    <message>
        <source>Serif</source>
        <translation>宋体</translation>
    </message>
    <message>
        <source>Ask after each import</source>
        <translation>每次导入后询问</translation>
    </message>
    <message>
        <source>Always save for offline reading</source>
        <translation>总是保存以便离线阅读</translation>
    </message>
    <message>
        <source>Never fetch</source>
        <translation>从不下载</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Quitting</name>
    <message>
        <source>Quit Anyway</source>
        <translation>仍然退出</translation>
    </message>
    <message>
        <source>Go On</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>ReadingPane</name>
    <message>
        <source>Choose an article to read it here.</source>
        <translation>选一篇文章，在这里读。</translation>
    </message>
    <message>
        <source>Article</source>
        <translation>文章</translation>
    </message>
</context>
<context>
    <name>Running</name>
    <message>
        <source>The library does not open</source>
        <translation>文库无法打开</translation>
    </message>
    <message>
        <source>Show its folder</source>
        <translation>打开所在文件夹</translation>
    </message>
    <message>
        <source>Repairing saves every article that can be read. The damaged file is kept.</source>
        <translation>修复会保住所有还能读出的文章；损坏的文件会留存。</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Something went wrong inside Pressmark. The window keeps running; the log file says more.</source>
        <translation>Pressmark 内部出了差错。窗口会继续运行，详情见日志文件。</translation>
    </message>
    <message>
        <source>This library can be read here, but not changed.</source>
        <translation>这个文库在这里只能阅读，不能更改。</translation>
    </message>
    <message>
        <source>Your library is being brought up to date: {done} of {total} articles</source>
        <translation>正在更新你的文库：{total} 篇中已完成 {done} 篇</translation>
    </message>
    <message>
        <source>A copy of it is kept until everything was checked once. You can close the window at any time.</source>
        <translation>更新前的副本会保留到第一次完整检查之后。你可以随时关闭窗口。</translation>
    </message>
    <message>
        <source>Its folder may not be written. Stars, tags and what you read are not saved.</source>
        <translation>它的文件夹不可写入，因此不会保存星标、标签和阅读记录。</translation>
    </message>
    <message>
        <source>This library is empty</source>
        <translation>这个文库是空的</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Search titles and text</source>
        <translation>搜索标题和正文</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>排序</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
</context>
<context>
    <name>Tags</name>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>For {count} articles</source>
        <translation>用于 {count} 篇文章</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>UnfinishedImports</name>
    <message>
        <source>Import the Rest</source>
        <translation>导入其余部分</translation>
    </message>
    <message>
        <source>Do Not Import</source>
        <translation>不再导入</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Move to Bin</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>{count} found</source>
        <translation>找到 {count} 篇</translation>
    </message>
    <message>
        <source>1 article</source>
        <translation>1 篇文章</translation>
    </message>
    <message>
        <source>{count} articles</source>
        <translation>{count} 篇文章</translation>
    </message>
    <message>
        <source>The bin is empty</source>
        <translation>回收站是空的</translation>
    </message>
    <message>
        <source>Other sources may have it.</source>
        <translation>别的来源里也许有。</translation>
    </message>
    <message>
        <source>All words must stand in one article. Fewer words, or OR between them, find more.</source>
        <translation>所有的词须出现在同一篇文章里。少用几个词，或在词间加 OR，能找到更多。</translation>
    </message>
    <message>
        <source>No articles here</source>
        <translation>这里没有文章</translation>
    </message>
    <message>
        <source>Nothing for “{text}” with a star</source>
        <translation>星标文章中没有“{text}”</translation>
    </message>
    <message>
        <source>Nothing unread for “{text}”</source>
        <translation>未读文章中没有“{text}”</translation>
    </message>
    <message>
        <source>Other articles may have it.</source>
        <translation>其他文章里可能有。</translation>
    </message>
    <message>
        <source>The key S stars the article that you read.</source>
        <translation>按 S 键可为正在阅读的文章加星标。</translation>
    </message>
    <message>
        <source>No article has a star</source>
        <translation>还没有加星标的文章</translation>
    </message>
    <message>
        <source>You have read everything</source>
        <translation>全部读完了</translation>
    </message>
    <message>
        <source>1 article starred.</source>
        <translation>已为 1 篇文章加星标。</translation>
    </message>
    <message>
        <source>{count} articles starred.</source>
        <translation>已为 {count} 篇文章加星标。</translation>
    </message>
    <message>
        <source>The tags of 1 article are changed.</source>
        <translation>已更改 1 篇文章的标签。</translation>
    </message>
    <message>
        <source>The tags of {count} articles are changed.</source>
        <translation>已更改 {count} 篇文章的标签。</translation>
    </message>
    <message>
        <source>{share} %</source>
        <translation>{share}%</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>Looking at the files…</source>
        <translation>正在查看文件…</translation>
    </message>
    <message>
        <source>{rate}/s</source>
        <translation>每秒 {rate} 个</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>还需 {time}</translation>
    </message>
    <message>
        <source>Not readable</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>{count} skipped</source>
        <translation>跳过 {count} 个</translation>
    </message>
    <message>
        <source>Import stopped before anything was imported.</source>
        <translation>导入已停止，尚未导入任何内容。</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between the parts of a list</comment>
        <translation>，</translation>
    </message>
    <message>
        <source>Import stopped: {list}.</source>
        <translation>导入已停止：{list}。</translation>
    </message>
    <message>
        <source>Import done: {list}.</source>
        <translation>导入完成：{list}。</translation>
    </message>
    <message>
        <source>1 article moved to the bin.</source>
        <translation>已将 1 篇文章移到回收站。</translation>
    </message>
    <message>
        <source>{count} articles moved to the bin.</source>
        <translation>已将 {count} 篇文章移到回收站。</translation>
    </message>
    <message>
        <source>1 article is back from the bin.</source>
        <translation>已从回收站恢复 1 篇文章。</translation>
    </message>
    <message>
        <source>{count} articles are back from the bin.</source>
        <translation>已从回收站恢复 {count} 篇文章。</translation>
    </message>
    <message>
        <source>1 article goes to the bin.</source>
        <translation>1 篇文章移到回收站。</translation>
    </message>
    <message>
        <source>{count} articles go to the bin.</source>
        <translation>{count} 篇文章移到回收站。</translation>
    </message>
    <message>
        <source>1 article is shown again as it was before.</source>
        <translation>1 篇文章恢复为先前的版本。</translation>
    </message>
    <message>
        <source>{count} articles are shown again as they were before.</source>
        <translation>{count} 篇文章恢复为先前的版本。</translation>
    </message>
    <message>
        <source>1 article is backed up in {name}, read back and compared.</source>
        <translation>已将 1 篇文章备份到 {name}，并已读回核对。</translation>
    </message>
    <message>
        <source>{count} articles are backed up in {name}, read back and compared.</source>
        <translation>已将 {count} 篇文章备份到 {name}，并已读回核对。</translation>
    </message>
    <message>
        <source>1 article restored from the backup.</source>
        <translation>已从备份恢复 1 篇文章。</translation>
    </message>
    <message>
        <source>{count} articles restored from the backup.</source>
        <translation>已从备份恢复 {count} 篇文章。</translation>
    </message>
    <message>
        <source>1 article was saved.</source>
        <translation>保住了 1 篇文章。</translation>
    </message>
    <message>
        <source>{count} articles were saved.</source>
        <translation>保住了 {count} 篇文章。</translation>
    </message>
    <message>
        <source>The library is repaired.</source>
        <translation>文库已修复。</translation>
    </message>
    <message>
        <source>1 article could not be saved.</source>
        <translation>1 篇文章未能保住。</translation>
    </message>
    <message>
        <source>{count} articles could not be saved.</source>
        <translation>{count} 篇文章未能保住。</translation>
    </message>
    <message>
        <source>1 picture cannot be read now, and was left as it is.</source>
        <translation>有 1 张图片现在读不出来，已原样保留。</translation>
    </message>
    <message>
        <source>{count} pictures cannot be read now, and were left as they are.</source>
        <translation>有 {count} 张图片现在读不出来，已原样保留。</translation>
    </message>
    <message>
        <source>1 picture is lost, or has to be fetched again.</source>
        <translation>有 1 张图片丢失，或需要重新下载。</translation>
    </message>
    <message>
        <source>{count} pictures are lost, or have to be fetched again.</source>
        <translation>有 {count} 张图片丢失，或需要重新下载。</translation>
    </message>
    <message>
        <source>{count} s</source>
        <translation>{count} 秒</translation>
    </message>
    <message>
        <source>Nothing for “{text}” in {source}</source>
        <translation>在 {source} 中没有找到“{text}”</translation>
    </message>
    <message>
        <source>Nothing for “{text}”</source>
        <translation>没有找到“{text}”</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分钟</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} 小时</translation>
    </message>
    <message>
        <source>{count} added</source>
        <translation>新增 {count} 篇</translation>
    </message>
    <message>
        <source>{count} updated</source>
        <translation>更新 {count} 篇</translation>
    </message>
    <message>
        <source>{count} already here</source>
        <translation>已有 {count} 篇</translation>
    </message>
    <message>
        <source>{count} not readable</source>
        <translation>{count} 个无法读取</translation>
    </message>
    <message>
        <source>there was nothing to import</source>
        <translation>没有可导入的内容</translation>
    </message>
    <message>
        <source>1 picture is not yet saved.</source>
        <translation>有 1 张图片尚未保存。</translation>
    </message>
    <message>
        <source>{count} pictures are not yet saved.</source>
        <translation>有 {count} 张图片尚未保存。</translation>
    </message>
    <message>
        <source>1 picture saved.</source>
        <translation>已保存 1 张图片。</translation>
    </message>
    <message>
        <source>{count} pictures saved.</source>
        <translation>已保存 {count} 张图片。</translation>
    </message>
    <message>
        <source>{count} could not be fetched.</source>
        <translation>{count} 张未能下载。</translation>
    </message>
    <message>
        <source>{progress}. Quit anyway?</source>
        <comment>an unfinished job</comment>
        <translation>{progress}。仍要退出吗？</translation>
    </message>
    <message>
        <source>An import is running: {done} done. Quit anyway?</source>
        <translation>正在导入：已完成 {done} 个。仍要退出吗？</translation>
    </message>
    <message>
        <source>An import is running: {done} of {total} done. Quit anyway?</source>
        <translation>正在导入：已完成 {done} 个，共 {total} 个。仍要退出吗？</translation>
    </message>
    <message>
        <source>No backup will be written.</source>
        <translation>不会写出备份。</translation>
    </message>
    <message>
        <source>Nothing will be restored.</source>
        <translation>不会恢复任何内容。</translation>
    </message>
    <message>
        <source>The last import did not finish: {list}. What was imported is in the library.</source>
        <translation>上次导入没有完成：{list}。已导入的文章都在文库里。</translation>
    </message>
    <message>
        <source>1 article deleted permanently.</source>
        <translation>已永久删除 1 篇文章。</translation>
    </message>
    <message>
        <source>{count} articles deleted permanently.</source>
        <translation>已永久删除 {count} 篇文章。</translation>
    </message>
    <message>
        <source>1 version that an undone import had brought is deleted.</source>
        <translation>已删除一次撤销的导入带来的 1 个版本。</translation>
    </message>
    <message>
        <source>{count} versions that undone imports had brought are deleted.</source>
        <translation>已删除撤销的导入带来的 {count} 个版本。</translation>
    </message>
    <message>
        <source>Delete 1 article permanently?</source>
        <translation>永久删除 1 篇文章？</translation>
    </message>
    <message>
        <source>Delete {count} articles permanently?</source>
        <translation>永久删除 {count} 篇文章？</translation>
    </message>
    <message>
        <source>The original of 1 article is in {folder}.</source>
        <translation>1 篇文章的原始文件已存到 {folder}。</translation>
    </message>
    <message>
        <source>The originals of {count} articles are in {folder}.</source>
        <translation>{count} 篇文章的原始文件已存到 {folder}。</translation>
    </message>
    <message>
        <source>1 article is damaged, and not among them.</source>
        <translation>另有 1 篇文章已损坏，未能导出。</translation>
    </message>
    <message>
        <source>{count} articles are damaged, and not among them.</source>
        <translation>另有 {count} 篇文章已损坏，未能导出。</translation>
    </message>
    <message>
        <source>This library may not be written.</source>
        <translation>这个文库不可写入。</translation>
    </message>
    <message>
        <source>This library holds 1 article, and is left as it is.</source>
        <translation>这个文库里有 1 篇文章，会保持原样。</translation>
    </message>
    <message>
        <source>This library holds {count} articles, and is left as it is.</source>
        <translation>这个文库里有 {count} 篇文章，会保持原样。</translation>
    </message>
    <message>
        <source>{found} · {count} selected</source>
        <translation>{found} · 已选 {count} 篇</translation>
    </message>
    <message>
        <source>1 article unstarred.</source>
        <translation>已取消 1 篇文章的星标。</translation>
    </message>
    <message>
        <source>{count} articles unstarred.</source>
        <translation>已取消 {count} 篇文章的星标。</translation>
    </message>
    <message>
        <source>Star {count} articles?</source>
        <translation>要为 {count} 篇文章加星标吗？</translation>
    </message>
    <message>
        <source>Star</source>
        <translation>加星标</translation>
    </message>
    <message>
        <source>Unstar {count} articles?</source>
        <translation>要取消 {count} 篇文章的星标吗？</translation>
    </message>
    <message>
        <source>Unstar</source>
        <translation>取消星标</translation>
    </message>
    <message>
        <source>Mark {count} articles as read?</source>
        <translation>要将 {count} 篇文章标为已读吗？</translation>
    </message>
    <message>
        <source>Mark as Read</source>
        <translation>标为已读</translation>
    </message>
    <message>
        <source>Mark {count} articles as unread?</source>
        <translation>要将 {count} 篇文章标为未读吗？</translation>
    </message>
    <message>
        <source>Mark as Unread</source>
        <translation>标为未读</translation>
    </message>
    <message>
        <source>Move {count} articles to the bin?</source>
        <translation>要将 {count} 篇文章移到回收站吗？</translation>
    </message>
    <message>
        <source>Restore {count} articles from the bin?</source>
        <translation>要从回收站恢复 {count} 篇文章吗？</translation>
    </message>
    <message>
        <source>{job}: {progress}</source>
        <comment>what is done, and how far it is</comment>
        <translation>{job}：{progress}</translation>
    </message>
    <message>
        <source>Importing</source>
        <translation>正在导入</translation>
    </message>
    <message>
        <source>Saving pictures</source>
        <translation>正在保存图片</translation>
    </message>
    <message>
        <source>Indexing</source>
        <translation>正在建立索引</translation>
    </message>
    <message>
        <source>Cleaning saved pages again</source>
        <translation>正在重新整理保存的网页</translation>
    </message>
    <message>
        <source>Rebuilding the index</source>
        <translation>正在重建索引</translation>
    </message>
    <message>
        <source>Undoing the import</source>
        <translation>正在撤销导入</translation>
    </message>
    <message>
        <source>Emptying the bin</source>
        <translation>正在清空回收站</translation>
    </message>
    <message>
        <source>Deleting permanently</source>
        <translation>正在永久删除</translation>
    </message>
    <message>
        <source>Backing up</source>
        <translation>正在备份</translation>
    </message>
    <message>
        <source>Restoring</source>
        <translation>正在恢复</translation>
    </message>
    <message>
        <source>Repairing</source>
        <translation>正在修复</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>Stopping. What is imported stays.</source>
        <translation>正在停止。已导入的会保留。</translation>
    </message>
    <message>
        <source>Stopping. The pictures that are saved stay.</source>
        <translation>正在停止。已保存的图片会保留。</translation>
    </message>
    <message>
        <source>Stopping. The files that are written stay.</source>
        <translation>正在停止。已写出的文件会保留。</translation>
    </message>
    <message>
        <source>Stopping. What is not deleted yet stays in the bin.</source>
        <translation>正在停止。尚未删除的会留在回收站里。</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>What is not deleted yet stays in the bin.</source>
        <translation>尚未删除的会留在回收站里。</translation>
    </message>
    <message>
        <source>What is imported stays. The rest is offered again at the next start.</source>
        <translation>已导入的会保留，其余部分会在下次启动时再次提供导入。</translation>
    </message>
    <message>
        <source>The pictures that are saved stay. The others stay on the web.</source>
        <translation>已保存的图片会保留，其余的仍只在网上。</translation>
    </message>
    <message>
        <source>The files that are written stay.</source>
        <translation>已写出的文件会保留。</translation>
    </message>
    <message>
        <source>What is undone stays undone.</source>
        <translation>已撤销的不会改回。</translation>
    </message>
    <message>
        <source>The library stays as it is, and can be repaired later.</source>
        <translation>文库会保持原样，以后仍可修复。</translation>
    </message>
    <message>
        <source>{list} and {count} more</source>
        <translation>{list} 等，另有 {count} 项</translation>
    </message>
</context>
<context>
    <name>_Field</name>
    <message>
        <source>Find in page</source>
        <translation>在页面中查找</translation>
    </message>
</context>
<context>
    <name>reader</name>
    <message>
        <source>A minus sign leaves out the word right behind it.</source>
        <translation>减号会排除紧跟其后的词。</translation>
    </message>
    <message>
        <source>A parenthesis is closed that was not opened.</source>
        <translation>有一个右括号没有对应的左括号。</translation>
    </message>
    <message>
        <source>A parenthesis is not closed.</source>
        <translation>有一个括号没有闭合。</translation>
    </message>
    <message>
        <source>Another program is writing to the search index.</source>
        <translation>另一个程序正在写入搜索索引。</translation>
    </message>
    <message>
        <source>Article {id} has no revision {revision}.</source>
        <translation>文章 {id} 没有版本 {revision}。</translation>
    </message>
    <message>
        <source>Nothing follows “{field}:”.</source>
        <translation>“{field}:”后面没有内容。</translation>
    </message>
    <message>
        <source>OR stands between two words; one of them is missing.</source>
        <translation>OR 应放在两个词之间，现在少了一个。</translation>
    </message>
    <message>
        <source>Pressmark tripped over this file; the fault is ours, and the log says more ({cause}).</source>
        <translation>Pressmark 处理这个文件时出错；错在我们，详情见日志（{cause}）。</translation>
    </message>
    <message>
        <source>The address of the picture holds a user&apos;s name, and is not asked for.</source>
        <translation>图片网址中含有用户名，不予下载。</translation>
    </message>
    <message>
        <source>The address of the picture is not one of the web.</source>
        <translation>图片的地址不是网址。</translation>
    </message>
    <message>
        <source>The archive is damaged after its first {done} files, which were read ({cause}).</source>
        <translation>压缩包在前 {done} 个文件之后已损坏，前面的已读入（{cause}）。</translation>
    </message>
    <message>
        <source>The archive is damaged, or none that Pressmark can read ({cause}).</source>
        <translation>压缩包已损坏，或不是 Pressmark 能读的格式（{cause}）。</translation>
    </message>
    <message>
        <source>The archive unpacks to far more than any collection of articles; after its first {done} files it is not read.</source>
        <translation>压缩包解开后远远超过任何文章合集的大小；前 {done} 个文件之后不再读取。</translation>
    </message>
    <message>
        <source>The file breaks off before its article begins; it was not saved whole.</source>
        <translation>文件在正文开始之前就断了，当初没有保存完整。</translation>
    </message>
    <message>
        <source>The file cannot be read: {cause}.</source>
        <translation>文件无法读取：{cause}。</translation>
    </message>
    <message>
        <source>The file has {size} MB; Pressmark reads files of up to {limit} MB.</source>
        <translation>文件有 {size} MB；Pressmark 最多读取 {limit} MB 的文件。</translation>
    </message>
    <message>
        <source>The file in the archive is larger than {limit} MB, whatever size it claims; it is not read.</source>
        <translation>压缩包里的这个文件实际超过 {limit} MB，不予读取。</translation>
    </message>
    <message>
        <source>The file is damaged inside its archive ({cause}).</source>
        <translation>文件在压缩包里已损坏（{cause}）。</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>文件是空的。</translation>
    </message>
    <message>
        <source>The file is locked with a password; unlock the archive and try again.</source>
        <translation>文件有密码保护；解除压缩包的密码后再试。</translation>
    </message>
    <message>
        <source>The file {name} of the search index is damaged.</source>
        <translation>搜索索引的文件 {name} 已损坏。</translation>
    </message>
    <message>
        <source>The file may not be read; its permissions forbid it.</source>
        <translation>没有读取这个文件的权限。</translation>
    </message>
    <message>
        <source>A picture of article {id}, “{title}”, is damaged ({name}).</source>
        <translation>文章 {id}《{title}》的一张图片已损坏（{name}）。</translation>
    </message>
    <message>
        <source>A picture of article {id}, “{title}”, is missing ({name}).</source>
        <translation>文章 {id}《{title}》的一张图片缺失（{name}）。</translation>
    </message>
    <message>
        <source>The index holds {count} articles that the library does not.</source>
        <translation>索引中有 {count} 篇文库里没有的文章。</translation>
    </message>
    <message>
        <source>The index lacks {count} articles that it should hold.</source>
        <translation>索引缺少 {count} 篇应有的文章。</translation>
    </message>
    <message>
        <source>The library holds this very capture already.</source>
        <translation>文库里已有完全相同的一份。</translation>
    </message>
    <message>
        <source>The library {library} is being written by {holder}. Try again when it has finished.</source>
        <translation>{holder} 正在写入文库 {library}。等它结束后再试。</translation>
    </message>
    <message>
        <source>The library {library} is open in another program. Close it there and try again.</source>
        <translation>文库 {library} 正由另一个程序打开。请在那里关闭它，然后重试。</translation>
    </message>
    <message>
        <source>The library {path_name} cannot be used: {cause}.</source>
        <translation>文库 {path_name} 无法使用：{cause}。</translation>
    </message>
    <message>
        <source>The library {path_name} cannot be written here. Check the folder&apos;s permissions.</source>
        <translation>文库 {path_name} 无法写入。检查一下文件夹的权限。</translation>
    </message>
    <message>
        <source>The library {path_name} is busy in another program. Try again in a moment.</source>
        <translation>文库 {path_name} 正被另一个程序占用。稍后再试。</translation>
    </message>
    <message>
        <source>The library {path_name} is damaged ({cause}).</source>
        <translation>文库 {path_name} 已损坏（{cause}）。</translation>
    </message>
    <message>
        <source>The library {path_name} is not there any more. Connect its disk and try again.</source>
        <translation>文库 {path_name} 已不在原处。请接上它所在的磁盘后重试。</translation>
    </message>
    <message>
        <source>The library {path_name} is of an older version and may not be written here. Copy its folder to where it may.</source>
        <translation>文库 {path_name} 是旧版本的，而这里不能写入。请把它的文件夹复制到可以写入的地方。</translation>
    </message>
    <message>
        <source>The library {path_name} reports an error: {cause}.</source>
        <translation>文库 {path_name} 报告错误：{cause}。</translation>
    </message>
    <message>
        <source>The original of article {id} is damaged ({cause}).</source>
        <translation>文章 {id} 的原始文件已损坏（{cause}）。</translation>
    </message>
    <message>
        <source>The original of article {id}, “{title}”, is damaged.</source>
        <translation>文章 {id}《{title}》的原始文件已损坏。</translation>
    </message>
    <message>
        <source>The page of article {id} is damaged ({cause}).</source>
        <translation>文章 {id} 的页面已损坏（{cause}）。</translation>
    </message>
    <message>
        <source>The page of article {id}, “{title}”, is damaged.</source>
        <translation>文章 {id}《{title}》的页面已损坏。</translation>
    </message>
    <message>
        <source>The parentheses nest too deep; the inner ones were ignored.</source>
        <translation>括号嵌套太深，里层的已忽略。</translation>
    </message>
    <message>
        <source>The picture cannot be saved: its folder may not be written to.</source>
        <translation>图片无法保存：没有写入文件夹的权限。</translation>
    </message>
    <message>
        <source>The picture cannot be saved: the disk is full.</source>
        <translation>图片无法保存：磁盘已满。</translation>
    </message>
    <message>
        <source>The picture cannot be saved: {reason}.</source>
        <translation>图片无法保存：{reason}。</translation>
    </message>
    <message>
        <source>The picture is damaged.</source>
        <translation>图片已损坏。</translation>
    </message>
    <message>
        <source>The picture is too large.</source>
        <translation>图片太大。</translation>
    </message>
    <message>
        <source>The picture is too large: {size} MB.</source>
        <translation>图片太大：{size} MB。</translation>
    </message>
    <message>
        <source>The picture is too large: {width} × {height} pixels.</source>
        <translation>图片太大：{width} × {height} 像素。</translation>
    </message>
    <message>
        <source>The picture {name} is damaged.</source>
        <translation>图片 {name} 已损坏。</translation>
    </message>
    <message>
        <source>The picture {name} is missing.</source>
        <translation>图片 {name} 不见了。</translation>
    </message>
    <message>
        <source>The picture&apos;s data: address is damaged.</source>
        <translation>图片的 data: 地址已损坏。</translation>
    </message>
    <message>
        <source>The quotation mark is not closed.</source>
        <translation>引号没有闭合。</translation>
    </message>
    <message>
        <source>The picture {name} cannot be read: {cause}.</source>
        <translation>图片 {name} 读不出来：{cause}。</translation>
    </message>
    <message>
        <source>The search index cannot be read.</source>
        <translation>搜索索引无法读取。</translation>
    </message>
    <message>
        <source>There is not enough memory for this. Close other programs and try again.</source>
        <translation>内存不足，无法完成。请关闭其他程序后再试。</translation>
    </message>
    <message>
        <source>This could not be done: {cause}.</source>
        <translation>无法完成：{cause}。</translation>
    </message>
    <message>
        <source>The search index cannot be written: {cause}.</source>
        <translation>搜索索引无法写入：{cause}。</translation>
    </message>
    <message>
        <source>The search index is damaged.</source>
        <translation>搜索索引已损坏。</translation>
    </message>
    <message>
        <source>The search index is missing.</source>
        <translation>搜索索引缺失。</translation>
    </message>
    <message>
        <source>The search index is of another version of the program.</source>
        <translation>搜索索引来自另一版本的程序。</translation>
    </message>
    <message>
        <source>The store&apos;s file is damaged: {cause}.</source>
        <translation>文库文件已损坏：{cause}。</translation>
    </message>
    <message>
        <source>Files of this name are the system&apos;s own; it was not read.</source>
        <translation>这种名称的文件属于系统自身，未读取。</translation>
    </message>
    <message>
        <source>This file is stored with gaps in its archive; unpack the archive first to import it.</source>
        <translation>这个文件在压缩包里以稀疏方式存放；请先解压再导入。</translation>
    </message>
    <message>
        <source>The search index was not compared: the library is being written by {holder}.</source>
        <translation>未比对搜索索引：{holder} 正在写入文库。</translation>
    </message>
    <message>
        <source>This folder belongs to the system or to a version control; it is skipped whole.</source>
        <translation>这个文件夹属于系统或版本管理，已整个跳过。</translation>
    </message>
    <message>
        <source>This is a FictionBook, which Pressmark does not read.</source>
        <translation>这是 FictionBook 电子书，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a JSON file of a kind that Pressmark does not know.</source>
        <translation>这是 JSON 文件，其内容 Pressmark 不认识。</translation>
    </message>
    <message>
        <source>This is a Kindle book, which Pressmark does not read.</source>
        <translation>这是 Kindle 电子书，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a Markdown note, which this version of Pressmark does not read.</source>
        <translation>这是 Markdown 笔记，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a PDF, which this version of Pressmark does not read.</source>
        <translation>这是 PDF，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a Safari web archive, which this version of Pressmark does not read.</source>
        <translation>这是 Safari 的网页归档，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a Word document, which Pressmark does not read.</source>
        <translation>这是 Word 文档，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a ZIM collection of web pages, which Pressmark does not read.</source>
        <translation>这是 ZIM 网页合集，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a backup of a Pressmark library; restore it instead of importing it.</source>
        <translation>这是 Pressmark 文库的备份；请恢复它，而不是导入。</translation>
    </message>
    <message>
        <source>This is a calendar; it holds no article.</source>
        <translation>这是日历，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a database of another program; it holds no article that Pressmark can read.</source>
        <translation>这是别的程序的数据库，里面没有 Pressmark 能读取的文章。</translation>
    </message>
    <message>
        <source>There is no article {id} in this library.</source>
        <translation>文库里没有文章 {id}。</translation>
    </message>
    <message>
        <source>The archive holds no files.</source>
        <translation>压缩包里没有文件。</translation>
    </message>
    <message>
        <source>The library holds this article with these very words already.</source>
        <translation>文库里已经有这篇文章，文字完全相同。</translation>
    </message>
    <message>
        <source>The library holds this capture already; a picture of it is damaged there, and does not lie beside this file.</source>
        <translation>文库里已有这一份；其中一张图片在库中已损坏，而这个文件旁边没有这张图片。</translation>
    </message>
    <message>
        <source>There is no import {id} in this library.</source>
        <translation>这个文库中没有第 {id} 次导入。</translation>
    </message>
    <message>
        <source>There is no room left for {target}; nothing of it was kept. Free some space or choose another disk.</source>
        <translation>磁盘空间不足，无法写入 {target}；没有留下任何残余。请腾出空间，或换一个磁盘。</translation>
    </message>
    <message>
        <source>There is no room left on the disk for the library {path_name}. Free some space and try again.</source>
        <translation>磁盘已没有空间存放文库 {path_name}。腾出一些空间后再试。</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>没有这个文件。</translation>
    </message>
    <message>
        <source>There is no word behind NOT.</source>
        <translation>NOT 后面没有词。</translation>
    </message>
    <message>
        <source>There is nothing between the parentheses.</source>
        <translation>括号里没有内容。</translation>
    </message>
    <message>
        <source>There is nothing between the quotation marks.</source>
        <translation>引号里没有内容。</translation>
    </message>
    <message>
        <source>This file is a database of another program, not a Pressmark library.</source>
        <translation>这个文件是别的程序的数据库，不是 Pressmark 文库。</translation>
    </message>
    <message>
        <source>There is no room left to bring the library {path_name} up to date: it takes {megabytes} MB for a while. Free some space and try again; nothing was changed.</source>
        <translation>磁盘空间不足，无法更新文库 {path_name}：更新期间需要 {megabytes} MB。请腾出一些空间再试；文库没有任何改动。</translation>
    </message>
    <message>
        <source>This capture holds no text: neither a title nor words nor pictures.</source>
        <translation>这份存档没有内容：既没有标题，也没有文字或图片。</translation>
    </message>
    <message>
        <source>This is a device or a pipe, not a file.</source>
        <translation>这是设备或管道，不是文件。</translation>
    </message>
    <message>
        <source>This is a drawing (SVG), a kind of picture that Pressmark does not keep.</source>
        <translation>这是矢量图（SVG），Pressmark 不保存这种图片。</translation>
    </message>
    <message>
        <source>This is a feed (RSS, Atom or JSON), which this version of Pressmark does not read.</source>
        <translation>这是订阅源（RSS、Atom 或 JSON），本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a font; it holds no article.</source>
        <translation>这是字体，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a link or a device inside the archive, not a file.</source>
        <translation>这是压缩包里的链接或设备，不是文件。</translation>
    </message>
    <message>
        <source>This is a link to a file that is not there.</source>
        <translation>这个链接指向的文件不存在。</translation>
    </message>
    <message>
        <source>This is a link to a folder; drop that folder itself to import it.</source>
        <translation>这是指向文件夹的链接；要导入，把那个文件夹本身拖进来。</translation>
    </message>
    <message>
        <source>This is a list of bookmarks; it holds no articles.</source>
        <translation>这是书签列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of highlights from Readwise; it holds no articles.</source>
        <translation>这是 Readwise 的划线列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links from Instapaper; it holds no articles.</source>
        <translation>这是 Instapaper 的链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links from Karakeep; it holds no articles.</source>
        <translation>这是 Karakeep 的链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links from Linkwarden; it holds no articles.</source>
        <translation>这是 Linkwarden 的链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links from Pinboard; it holds no articles.</source>
        <translation>这是 Pinboard 的链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links from Pocket; it holds no articles.</source>
        <translation>这是 Pocket 的链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links from Raindrop; it holds no articles.</source>
        <translation>这是 Raindrop 的链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links from Readability; it holds no articles.</source>
        <translation>这是 Readability 的链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links from Readwise Reader; it holds no articles.</source>
        <translation>这是 Readwise Reader 的链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a list of links; it holds no articles.</source>
        <translation>这是链接列表，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a mailbox, which Pressmark does not read.</source>
        <translation>这是邮箱文件，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a picture of a kind that Pressmark does not keep.</source>
        <translation>这是图片，但 Pressmark 不保存这种图片。</translation>
    </message>
    <message>
        <source>This is a picture; it is kept with the article that shows it.</source>
        <translation>这是图片，会随引用它的文章一起保存。</translation>
    </message>
    <message>
        <source>This is a picture; no article in the library shows it, and it is not kept.</source>
        <translation>这是图片；文库里没有文章用到它，因此未保存。</translation>
    </message>
    <message>
        <source>This is a presentation, which Pressmark does not read.</source>
        <translation>这是演示文稿，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a program; it holds no article.</source>
        <translation>这是程序，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a rich-text document (RTF), which Pressmark does not read.</source>
        <translation>这是富文本文档（RTF），Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a script or the source of a program; it holds no article.</source>
        <translation>这是脚本或程序源码，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a shortcut to an address or a program; it holds no article.</source>
        <translation>这是网址或程序的快捷方式，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a single packed file; unpack it first.</source>
        <translation>这是单个压缩过的文件；请先解压。</translation>
    </message>
    <message>
        <source>This is a sound recording; it holds no article.</source>
        <translation>这是录音，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a spreadsheet, which Pressmark does not read.</source>
        <translation>这是电子表格，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a table (CSV); it holds no article that Pressmark can read.</source>
        <translation>这是表格（CSV），里面没有 Pressmark 能读取的文章。</translation>
    </message>
    <message>
        <source>This is a video; it holds no article.</source>
        <translation>这是视频，里面没有文章。</translation>
    </message>
    <message>
        <source>This is a web crawl (WARC, WACZ or ARC), which this version of Pressmark does not read.</source>
        <translation>这是网页抓取档案（WARC、WACZ 或 ARC），本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a web page saved as MAFF or HTZ, which this version of Pressmark does not read.</source>
        <translation>这是存为 MAFF 或 HTZ 的网页，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a web page saved by Save Page WE, which this version of Pressmark does not read.</source>
        <translation>这是用 Save Page WE 保存的网页，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a web page saved by SingleFile, which this version of Pressmark does not read.</source>
        <translation>这是用 SingleFile 保存的网页，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is a web page, which this version of Pressmark does not read.</source>
        <translation>这是网页，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an EPUB, which this version of Pressmark does not read.</source>
        <translation>这是 EPUB 电子书，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an Evernote export, which this version of Pressmark does not read.</source>
        <translation>这是印象笔记（Evernote）的导出文件，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an MHTML page, which this version of Pressmark does not read.</source>
        <translation>这是 MHTML 网页，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an OpenDocument file, which Pressmark does not read.</source>
        <translation>这是 OpenDocument 文档，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an XML file of a kind that Pressmark does not know.</source>
        <translation>这是 XML 文件，其内容 Pressmark 不认识。</translation>
    </message>
    <message>
        <source>This is an address book; it holds no article.</source>
        <translation>这是通讯录，里面没有文章。</translation>
    </message>
    <message>
        <source>This is an archive inside an archive; unpack it once to import it.</source>
        <translation>这是压缩包里的压缩包；先解开一层再导入。</translation>
    </message>
    <message>
        <source>This is an archive of a kind that Pressmark cannot unpack; unpack it first.</source>
        <translation>Pressmark 无法解开这种压缩包；请先解压。</translation>
    </message>
    <message>
        <source>This is an e-mail, which Pressmark does not read.</source>
        <translation>这是电子邮件，Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an export from Omnivore, which this version of Pressmark does not read.</source>
        <translation>这是 Omnivore 的导出文件，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an export from Pressmark as JSON, which this version does not read back.</source>
        <translation>这是 Pressmark 导出的 JSON，本版本不能再读入。</translation>
    </message>
    <message>
        <source>This is an export from Readeck, which this version of Pressmark does not read.</source>
        <translation>这是 Readeck 的导出文件，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an export from wallabag, which this version of Pressmark does not read.</source>
        <translation>这是 wallabag 的导出文件，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an old office document such as .doc or .xls, which Pressmark does not read.</source>
        <translation>这是旧式办公文档（如 .doc、.xls），Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is an outline or a list of feeds (OPML); it holds no articles.</source>
        <translation>这是大纲或订阅列表（OPML），里面没有文章。</translation>
    </message>
    <message>
        <source>This is no picture of a kind that Pressmark keeps.</source>
        <translation>这不是 Pressmark 能保存的图片格式。</translation>
    </message>
    <message>
        <source>This is not a saved article that Pressmark knows.</source>
        <translation>这不是 Pressmark 认得的文章。</translation>
    </message>
    <message>
        <source>This is packed in a way that Pressmark cannot unpack (such as .zst); unpack it first.</source>
        <translation>Pressmark 无法解开这种压缩方式（如 .zst）；请先解压。</translation>
    </message>
    <message>
        <source>This is plain text, which this version of Pressmark does not read.</source>
        <translation>这是纯文本，本版本的 Pressmark 不读取这种文件。</translation>
    </message>
    <message>
        <source>This is the description of a book (OPF); it holds no article.</source>
        <translation>这是图书的描述文件（OPF），里面没有文章。</translation>
    </message>
    <message>
        <source>This is the store of a Pressmark library; open that library to read it.</source>
        <translation>这是 Pressmark 文库的数据文件；要阅读其中的文章，请打开那个文库。</translation>
    </message>
    <message>
        <source>This is the style sheet of a web page; it holds no article.</source>
        <translation>这是网页的样式表，里面没有文章。</translation>
    </message>
    <message>
        <source>This library was written by a newer Pressmark. Update Pressmark to open it.</source>
        <translation>这个文库由更新版本的 Pressmark 写成。升级 Pressmark 后才能打开。</translation>
    </message>
    <message>
        <source>What {host} sent is larger than {size} MB.</source>
        <translation>{host} 发来的内容超过 {size} MB。</translation>
    </message>
    <message>
        <source>What {host} sent is no picture.</source>
        <translation>{host} 发来的不是图片。</translation>
    </message>
    <message>
        <source>less came than was said</source>
        <translation>收到的内容比声明的少</translation>
    </message>
    <message>
        <source>{count} articles show a version that is not theirs or was taken back; `pressmark repair` mends them.</source>
        <translation>有 {count} 篇文章显示的版本不属于该文章，或已被撤回；运行 `pressmark repair` 会修正。</translation>
    </message>
    <message>
        <source>{count} articles wait to be taken up by the index.</source>
        <translation>{count} 篇文章等待编入索引。</translation>
    </message>
    <message>
        <source>{count} entries of the store belong to no article; `pressmark repair` removes them.</source>
        <translation>文库中有 {count} 条记录不属于任何文章；运行 `pressmark repair` 会清除它们。</translation>
    </message>
    <message>
        <source>{count} pictures belong to no article; `pressmark repair` removes them.</source>
        <translation>有 {count} 张图片不属于任何文章；运行 `pressmark repair` 会清除它们。</translation>
    </message>
    <message>
        <source>{file} is no backup of Pressmark, or it is damaged ({cause}).</source>
        <translation>{file} 不是 Pressmark 的备份，或已损坏（{cause}）。</translation>
    </message>
    <message>
        <source>{file} cannot be read: {cause}.</source>
        <translation>无法读取 {file}：{cause}。</translation>
    </message>
    <message>
        <source>{file} was written by a newer Pressmark. Update Pressmark to restore it.</source>
        <translation>{file} 是由更新版本的 Pressmark 写成的。请更新 Pressmark 后再恢复。</translation>
    </message>
    <message>
        <source>{folder} holds a library of {count} articles already. A backup is restored into an empty library: name another folder with --data-dir, or move this one away first.</source>
        <translation>{folder} 里已有一个含 {count} 篇文章的文库。备份只能恢复到空的文库：请用 --data-dir 指定另一个文件夹，或先把这个文件夹移走。</translation>
    </message>
    <message>
        <source>{host} broke off the connection.</source>
        <translation>{host} 中断了连接。</translation>
    </message>
    <message>
        <source>{host} cannot be found; perhaps there is no network.</source>
        <translation>找不到 {host}；也许没有联网。</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>无法连接 {host}。</translation>
    </message>
    <message>
        <source>{host} did not send the picture ({status}).</source>
        <translation>{host} 没有发来图片（{status}）。</translation>
    </message>
    <message>
        <source>{host} does not give the picture away ({status}).</source>
        <translation>{host} 不提供这张图片（{status}）。</translation>
    </message>
    <message>
        <source>{host} does not have the picture any more ({status}).</source>
        <translation>{host} 上已没有这张图片（{status}）。</translation>
    </message>
    <message>
        <source>{name}, which belongs to this file, cannot be read: {cause}. Import the file again.</source>
        <translation>属于该文件的“{name}”读不出来：{cause}。请重新导入该文件。</translation>
    </message>
    <message>
        <source>{host} gave an answer that cannot be read.</source>
        <translation>{host} 的答复无法识别。</translation>
    </message>
    <message>
        <source>{target} stays as it was: {count} of the library&apos;s pictures cannot be read now. Try again, or choose another name for a backup without them.</source>
        <translation>{target} 保持原样：文库中有 {count} 张图片现在读不出来。你可以再试一次，或者换个名字，备份其余内容。</translation>
    </message>
    <message>
        <source>{host} has no valid certificate: {reason}.</source>
        <translation>{host} 的证书无效：{reason}。</translation>
    </message>
    <message>
        <source>{host} is not asked for a picture on port {port}.</source>
        <translation>不会通过端口 {port} 向 {host} 下载图片。</translation>
    </message>
    <message>
        <source>{host} lies in this computer or its own network, and is not asked for pictures.</source>
        <translation>{host} 位于本机或本地网络，不会从那里下载图片。</translation>
    </message>
    <message>
        <source>{host} sends the request for the picture in circles.</source>
        <translation>{host} 的图片地址一直在循环跳转。</translation>
    </message>
    <message>
        <source>{host} took longer than {seconds} s.</source>
        <translation>{host} 超过 {seconds} 秒没有完成。</translation>
    </message>
    <message>
        <source>{name} could not be read: the part of Pressmark that reads files stopped over it twice.</source>
        <translation>无法读取 {name}：Pressmark 的读取程序两次因它而停止。</translation>
    </message>
    <message>
        <source>{name} holds no article any more.</source>
        <translation>{name} 里已没有文章。</translation>
    </message>
    <message>
        <source>{target} belongs to the library itself. Choose a place outside the library&apos;s folder.</source>
        <translation>{target} 是文库自身的文件。请选择文库文件夹以外的位置。</translation>
    </message>
    <message>
        <source>{target} cannot be written: {cause}.</source>
        <translation>{target} 无法写入：{cause}。</translation>
    </message>
    <message>
        <source>“has:” knows only “image”, not “{value}”.</source>
        <translation>“has:”后只能写 image，不能写“{value}”。</translation>
    </message>
    <message>
        <source>“is:” knows “read”, “unread” and “starred”, not “{value}”.</source>
        <translation>“is:”后可以写 read（已读）、unread（未读）或 starred（星标），不能写“{value}”。</translation>
    </message>
    <message>
        <source>“{field}:” is not a field; it was taken as a word. The fields are title, source, author, tag, after, before, date, has and is.</source>
        <translation>“{field}:”不是字段，已当作普通的词。可用的字段有 title、source、author、tag、after、before、date、has 和 is。</translation>
    </message>
    <message>
        <source>“{value}” is not a date; write 2023, 2023-07 or 2023-07-12.</source>
        <translation>“{value}”不是日期；可写 2023、2023-07 或 2023-07-12。</translation>
    </message>
    <message>
        <source>What the library held of this capture was damaged; it is whole again.</source>
        <translation>文库里的这份存档原来有损坏，现在已经修好。</translation>
    </message>
    <message>
        <source>The part of Pressmark that imports could not be started.</source>
        <translation>Pressmark 的导入程序无法启动。</translation>
    </message>
    <message>
        <source>The part of Pressmark that imports stopped unexpectedly. What it had imported is kept.</source>
        <translation>Pressmark 的导入程序意外停止。已导入的内容会保留。</translation>
    </message>
    <message>
        <source>The file gave nothing for {seconds} seconds, and was left out. Its disk or network does not answer.</source>
        <translation>这个文件 {seconds} 秒没有读出任何内容，已跳过；它所在的磁盘或网络没有响应。</translation>
    </message>
    <message>
        <source>The path of the library is too long: {length} bytes of {limit} at most. Choose a folder nearer to the top.</source>
        <translation>文库的路径太长：{length} 字节，最多 {limit} 字节。请选一个层级更浅的文件夹。</translation>
    </message>
    <message>
        <source>There is not enough memory for the search index. Close other programs and try again.</source>
        <translation>内存不足，无法更新搜索索引。请关闭其他程序后再试。</translation>
    </message>
    <message>
        <source>There is not enough memory to read this file. Close other programs and import it again.</source>
        <translation>内存不足，无法读取这个文件。请关闭其他程序后重新导入。</translation>
    </message>
</context>
</TS>
