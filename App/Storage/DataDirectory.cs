namespace Downbeat.Storage;

/// <summary>The one folder the studio writes to: setting <c>DataDirectory</c>, <c>data</c> below the content root by default.</summary>
/// <param name="Path">Full path; it exists and can be written.</param>
public sealed record DataDirectory(string Path)
{
    /// <summary>Full path of a file or folder directly inside.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder when it is not there and proves that it can be written.</summary>
    /// <exception cref="StudioProblem"><c>data.not_writable</c>.</exception>
    public static DataDirectory Open(IConfiguration configuration, string contentRoot)
    {
        var path = System.IO.Path.GetFullPath(configuration["DataDirectory"] is { Length: > 0 } set ? set : "data", contentRoot);
        try
        {
            Directory.CreateDirectory(path);
            var probe = System.IO.Path.Combine(path, $".write-{Guid.NewGuid():N}");
            System.IO.File.WriteAllBytes(probe, []);
            System.IO.File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StudioProblem(500, "data.not_writable", $"The data directory {path} cannot be written; set DataDirectory to a folder that this user may write to.");
        }

        return new(path);
    }
}
