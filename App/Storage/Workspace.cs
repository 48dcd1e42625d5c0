namespace Downbeat.Storage;

/// <summary>A folder for unfinished files; deleted with everything in it when disposed.</summary>
internal sealed class Workspace : IDisposable
{
    internal Workspace(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Folder = Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Full path of a file inside.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
