namespace Downbeat.Storage;

/// <summary>The door to files.</summary>
internal static class StorageFeature
{
    /// <summary>Registers the file store in the data directory; a studio that has it to itself locks it against a second one.</summary>
    /// <exception cref="StudioProblem"><c>data.in_use</c>.</exception>
    public static void AddStorage(this IServiceCollection services, IConfiguration configuration, DataDirectory data, bool isShared)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection("Storage")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(data);
        services.AddSingleton<FileStore>();
        services.AddHealthChecks().AddCheck<DiskHealth>("disk");
        if (!isShared)
        {
            services.AddSingleton(Lock(data));
        }
    }

    private static DirectoryLock Lock(DataDirectory data)
    {
        try
        {
            return new(new FileStream(data.File("studio.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new StudioProblem(500, "data.in_use", $"Another studio is already running on the data directory {data.Path}; stop it or set DataDirectory to another folder.");
        }
    }

    /// <summary>Holds the lock for as long as the process lives.</summary>
    private sealed record DirectoryLock(FileStream File) : IDisposable
    {
        public void Dispose() => File.Dispose();
    }
}
