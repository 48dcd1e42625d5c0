using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Storage;

public sealed class FileStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("downbeat-store-").FullName;
    private readonly FileStore store;

    public FileStoreTests() => store = new(new DataDirectory(folder), Options.Create(new StorageOptions()));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("../studio.db")]
    [InlineData("songs/../../studio.db")]
    [InlineData("/nowhere/passwd")]
    [InlineData("../files-of-somebody-else/x")]
    [InlineData("")]
    [InlineData(".")]
    public void A_key_that_leaves_the_store_is_a_bug(string key)
    {
        Assert.Throws<ArgumentException>(() => store.PathOf(key));
        Assert.Throws<ArgumentException>(() => store.Find(key));
        Assert.Throws<ArgumentException>(() => store.Delete(key));
        Assert.Throws<ArgumentException>(() => store.DeleteFolder(key));
        Assert.Throws<ArgumentException>(() => store.Put(key, "x"));
    }

    [Fact]
    public void What_stood_under_a_key_is_replaced_whole_and_readers_keep_what_they_have()
    {
        using var workspace = store.OpenWorkspace("one");
        Put(workspace, "old");
        using var reader = new StreamReader(File.OpenRead(store.Find("songs/1/a.mp3")!));

        Put(workspace, "new and longer");

        Assert.Equal("old", reader.ReadToEnd());
        Assert.Equal("new and longer", File.ReadAllText(store.Find("songs/1/a.mp3")!));
        Assert.Empty(Directory.GetFileSystemEntries(workspace.Folder));
        Assert.Equal(["1"], store.FoldersIn("songs", DateTimeOffset.MaxValue));
    }

    [Fact]
    public void What_is_deleted_is_gone_and_deleting_nothing_does_nothing()
    {
        using var workspace = store.OpenWorkspace("one");
        Put(workspace, "x");

        store.Delete("songs/1/a.mp3");
        store.Delete("songs/1/a.mp3");
        Assert.Null(store.Find("songs/1/a.mp3"));
        store.DeleteFolder("songs/1");
        store.DeleteFolder("songs/1");
        Assert.Empty(store.FoldersIn("songs", DateTimeOffset.MaxValue));
        Assert.Empty(store.FoldersIn("nothing", DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_workspace_goes_with_all_it_holds_and_begins_empty_after_a_killed_predecessor()
    {
        var left = store.OpenWorkspace("same");
        File.WriteAllText(left.File("half"), "x");

        using (var workspace = store.OpenWorkspace("same"))
        {
            Assert.Empty(Directory.GetFileSystemEntries(workspace.Folder));
            Directory.CreateDirectory(workspace.File("deep/er"));
            File.WriteAllText(workspace.File("deep/er/file"), "x");
        }

        Assert.False(Directory.Exists(left.Folder));
        left.Dispose();
    }

    private void Put(Workspace workspace, string text)
    {
        File.WriteAllText(workspace.File("a"), text);
        store.Put("songs/1/a.mp3", workspace.File("a"));
    }
}
