using Downbeat.Storage;

namespace Downbeat.Networks;

/// <summary>Settings section <c>Models</c>.</summary>
internal sealed record ModelOptions
{
    /// <summary>Folder of the networks' files; a relative path begins in the data directory. It need not exist.</summary>
    public string Directory { get; init; } = "models";

    /// <summary>Full path of that folder.</summary>
    public string PathIn(DataDirectory data) => Path.GetFullPath(Directory, data.Path);
}
