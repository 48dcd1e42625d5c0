namespace Downbeat.Tests.Support;

/// <summary>The real songs, clips and hostile files, kept beside the checkout in <c>../shared/testdata</c> or where <c>DOWNBEAT_TESTDATA</c> points.</summary>
internal static class TestData
{
    /// <summary>Top folder of the repository, found upwards from the test assembly.</summary>
    public static string Repository { get; } = FindRepository();

    private static string Root { get; } =
        Environment.GetEnvironmentVariable("DOWNBEAT_TESTDATA") ?? Path.GetFullPath(Path.Combine(Repository, "..", "shared", "testdata"));

    /// <summary>Full path of one file or folder of the test data; the test is skipped on a machine that does not have it.</summary>
    public static string PathOf(string relative)
    {
        var path = Path.Combine(Root, relative);
        Assert.SkipUnless(Path.Exists(path), $"The test data is not on this machine: {path}");
        return path;
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "BlazorApp.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("BlazorApp.sln was not found above the test assembly.");
    }
}
