using System.IO.Enumeration;
using Downbeat.Telemetry;
using Microsoft.Extensions.Options;

namespace Downbeat.Storage;

/// <summary>
/// Files by key. A key is made by the studio from ids and fixed words (<c>songs/{id}/original.mp3</c>), never from what a user typed. A file becomes visible
/// under its key in one rename, complete or not at all.
/// </summary>
internal sealed class FileStore(DataDirectory data, IOptions<StorageOptions> options)
{
    private static readonly int[] FullHResults = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];
    private static readonly int[] HeldHResults = [11, 35, unchecked((int)0x80070020)]; // EWOULDBLOCK on Linux and macOS, a sharing violation

    private readonly string files = Directory.CreateDirectory(data.File("files")).FullName;
    private readonly string work = Directory.CreateDirectory(data.File("work")).FullName;

    /// <summary>Path of the file under <paramref name="key"/>; it may not exist.</summary>
    public string PathOf(string key)
    {
        var path = Path.GetFullPath(Path.Combine(files, key));
        return path.StartsWith(files + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException($"The key {key} leaves the store.", nameof(key));
    }

    /// <summary>Path of the file under <paramref name="key"/>, or null when there is none.</summary>
    public string? Find(string key)
    {
        using var call = new StorageCall("find");
        return PathOf(key) is var path && File.Exists(path) ? path : null;
    }

    /// <summary>Full path of a folder for files that are written in place, where what is there already is gone on with after a break; it is made when it is not there. They count when the database says so.</summary>
    public string MakeFolder(string key) => Directory.CreateDirectory(PathOf(key)).FullName;

    /// <summary>Copies the files directly in a folder to another.</summary>
    /// <param name="fromKey">The folder.</param>
    /// <param name="toKey">The other.</param>
    /// <param name="stop">Ends the copying between two files.</param>
    /// <returns>False when the folder is not there, or goes away meanwhile: what was copied is then removed.</returns>
    public bool CopyFolder(string fromKey, string toKey, CancellationToken stop)
    {
        using var call = new StorageCall("copy folder");
        try
        {
            var to = MakeFolder(toKey);
            foreach (var file in new DirectoryInfo(PathOf(fromKey)).GetFiles())
            {
                stop.ThrowIfCancellationRequested();
                file.CopyTo(Path.Combine(to, file.Name), overwrite: true);
            }

            return true;
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            DeleteFolder(toKey);
            return false;
        }
    }

    /// <summary>Opens a file for one holder at a time, also among instances that share the disk; a process that dies lets go. It is written straight through.</summary>
    /// <returns>The file, to be read and written; null while somebody else holds it.</returns>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public FileStream? TryHold(string key)
    {
        using var call = new StorageCall("hold");
        try
        {
            return new(PathOf(key), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0, useAsync: true);
        }
        catch (IOException e) when (HeldHResults.Contains(e.HResult))
        {
            return null;
        }
    }

    /// <summary>Moves a finished file of a workspace to its place; what stood there is replaced.</summary>
    public void Put(string key, string finishedPath)
    {
        using var call = new StorageCall("put");
        var path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(finishedPath, path, overwrite: true);
    }

    /// <summary>Removes a file; nothing happens when it is not there.</summary>
    public void Delete(string key)
    {
        using var call = new StorageCall("delete");
        if (Find(key) is { } path)
        {
            File.Delete(path);
        }
    }

    /// <summary>Removes the files directly in <paramref name="folder"/> whose names begin with <paramref name="nameStart"/>.</summary>
    public void DeleteAll(string folder, string nameStart)
    {
        using var call = new StorageCall("delete");
        foreach (var file in new DirectoryInfo(PathOf(folder)) is { Exists: true } parent ? parent.GetFiles() : [])
        {
            if (file.Name.StartsWith(nameStart, StringComparison.Ordinal))
            {
                file.Delete();
            }
        }
    }

    /// <summary>Removes everything whose key begins with <paramref name="folder"/> and a slash.</summary>
    public void DeleteFolder(string folder)
    {
        using var call = new StorageCall("delete folder");
        if (PathOf(folder) is var path && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>How many files are directly in <paramref name="folder"/>; 0 when it does not exist.</summary>
    public int CountIn(string folder) => new DirectoryInfo(PathOf(folder)) is { Exists: true } parent ? parent.EnumerateFiles().Count() : 0;

    /// <summary>Names of the files directly in <paramref name="folder"/>, the newest first; none when it does not exist.</summary>
    public IEnumerable<string> NamesIn(string folder) =>
        new DirectoryInfo(PathOf(folder)) is { Exists: true } parent ? parent.EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).ThenBy(file => file.Name).Select(file => file.Name) : [];

    /// <summary>Names of the files directly in a folder that were not written to since, for sweeps; none when it does not exist.</summary>
    public IEnumerable<string> NamesIn(string folder, DateTimeOffset unusedSince) =>
        new DirectoryInfo(PathOf(folder)) is { Exists: true } parent
            ? parent.EnumerateFiles().Where(file => file.LastWriteTimeUtc <= unusedSince.UtcDateTime).Select(file => file.Name)
            : [];

    /// <summary>Names of the folders directly below a folder that nothing was added to since, for sweeps; empty when it does not exist.</summary>
    public IEnumerable<string> FoldersIn(string folder, DateTimeOffset unusedSince) =>
        new DirectoryInfo(PathOf(folder)) is { Exists: true } parent
            ? parent.EnumerateDirectories().Where(child => child.LastWriteTimeUtc <= unusedSince.UtcDateTime).Select(child => child.Name)
            : [];

    /// <summary>Names of the folders directly in a folder; none when it does not exist.</summary>
    public IEnumerable<string> FoldersIn(string folder) => FoldersIn(folder, DateTimeOffset.MaxValue);

    /// <summary>Keys of the folders in the folders of one name in the folders directly below another: <c>songs/*/stems</c>.</summary>
    /// <param name="parent">Key of the folder of folders.</param>
    /// <param name="child">Name of the folder in each.</param>
    public IEnumerable<string> FoldersIn(string parent, string child) =>
        from folder in FoldersIn(parent)
        from name in FoldersIn($"{parent}/{folder}/{child}")
        select $"{parent}/{folder}/{child}/{name}";

    /// <summary>All files of the folders of one name in the folders directly below another: <c>songs/*/pieces</c>. What comes or goes meanwhile may be among them or not.</summary>
    /// <param name="parent">Key of the folder of folders.</param>
    /// <param name="child">Name of the folder in each.</param>
    public IEnumerable<StoredFile> FilesIn(string parent, string child) =>
        from folder in new DirectoryInfo(PathOf(parent)) is { Exists: true } all ? all.EnumerateDirectories() : []
        let path = Path.Combine(folder.FullName, child)
        where Directory.Exists(path)
        from file in List(path, $"{parent}/{folder.Name}/{child}")
        select file;

    /// <summary>Notes that a file was used, at most once in a while; false when there is none.</summary>
    /// <param name="key">The file.</param>
    /// <param name="now">The present.</param>
    /// <param name="step">A use that follows a noted one sooner is not noted.</param>
    public bool Touch(string key, DateTimeOffset now, TimeSpan step)
    {
        using var call = new StorageCall("touch");
        var file = new FileInfo(PathOf(key));
        try
        {
            if (file.Exists && file.LastWriteTimeUtc < now.UtcDateTime - step)
            {
                file.LastWriteTimeUtc = now.UtcDateTime;
            }
        }
        catch (FileNotFoundException)
        {
            // Another instance has removed it this moment.
            return false;
        }

        return file.Exists;
    }

    /// <summary>A folder for unfinished files on the same disk; it goes away with everything in it when disposed.</summary>
    /// <param name="name">A name made of ids; a folder left under the same name by a killed process is emptied first.</param>
    public Workspace OpenWorkspace(string name) => new(Path.Combine(work, name));

    /// <summary>Removes the workspaces that killed processes left behind.</summary>
    /// <param name="unusedSince">Those that were written to later stay: another instance may be working there. A process that has the data directory to itself gives the present.</param>
    public void ClearWork(DateTimeOffset unusedSince)
    {
        foreach (var folder in new DirectoryInfo(work).EnumerateDirectories().Where(folder => folder.LastWriteTimeUtc <= unusedSince.UtcDateTime))
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Bytes that may still be written before the reserve is touched; negative when it is.</summary>
    public long RoomBytes => new DriveInfo(files).AvailableFreeSpace - ((long)options.Value.DiskReserveMegabytes << 20);

    /// <summary>Refuses work that would eat into the disk reserve.</summary>
    /// <exception cref="StudioProblem">507 <c>storage.full</c>.</exception>
    public void EnsureRoom(long bytes)
    {
        if (RoomBytes < bytes)
        {
            throw Full();
        }
    }

    /// <summary>Whether a file could not be written because the disk, or its quota, is full.</summary>
    public static bool IsFull(IOException failure) => FullHResults.Contains(failure.HResult);

    /// <summary>What to say when the disk is full.</summary>
    public static StudioProblem Full() =>
        Refusals.Of(new(507, "storage.full", "The studio's disk is nearly full; delete songs that are no longer needed, or ask the administrator for space."));

    private static IReadOnlyList<StoredFile> List(string path, string key)
    {
        try
        {
            return [.. new FileSystemEnumerable<StoredFile>(path, (ref entry) => new($"{key}/{entry.FileName}", entry.Length, entry.LastWriteTimeUtc))];
        }
        catch (DirectoryNotFoundException)
        {
            // It has been removed this moment, with all that was in it.
            return [];
        }
    }
}

/// <summary>A file of the store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="UsedAt">When it was written, or last used where that is noted.</param>
internal readonly record struct StoredFile(string Key, long SizeBytes, DateTimeOffset UsedAt);
