namespace Downbeat.Storage;

/// <summary>A look into a folder that somebody else fills; nothing is written there.</summary>
internal static class ForeignFolder
{
    /// <summary>Files directly inside whose name ends in a certain way, in the order of their names; none when there is no such folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="ending">End of the names, such as <c>.json</c>.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static IReadOnlyList<FileInfo> Files(string path, string ending) => new DirectoryInfo(path) is { Exists: true } folder
        ? [.. folder.EnumerateFiles().Where(file => file.Name.EndsWith(ending, StringComparison.Ordinal)).OrderBy(file => file.Name, StringComparer.Ordinal)]
        : [];
}
