using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.E2E.Support;

/// <summary>The whole studio inside the test process, on real Kestrel and a free port, with a data directory of its own that goes away with it.</summary>
internal sealed class Studio : WebApplicationFactory<Program>
{
    /// <summary>Tests come from one address and are in a hurry: no bucket runs dry, unless a test says so.</summary>
    public static readonly IReadOnlyList<(string Key, string Value)> Unhurried =
        [.. from bucket in new[] { "General", "Media", "Writes", "SignIn" }
            from setting in new[] { ("Burst", "1000000"), ("PerMinute", "60000000") }
            select ($"RateLimits:{bucket}:{setting.Item1}", setting.Item2)];

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("downbeat-studio-");
    private readonly (string Key, string Value)[] settings;
    private readonly Action<IServiceCollection> change;

    private Studio(Action<IServiceCollection> change, (string Key, string Value)[] settings)
    {
        (this.change, this.settings) = (change, settings);
        UseKestrel(0);
    }

    /// <summary>Where a browser finds it.</summary>
    public Uri Address => ClientOptions.BaseAddress;

    /// <summary>Full path of its data directory.</summary>
    public string DataDirectory => data.FullName;

    /// <summary>Starts a studio as it ships, except for <paramref name="settings"/> (<c>("Quotas:Songs", "100")</c>).</summary>
    public static Studio Start(params (string Key, string Value)[] settings) => Start(_ => { }, settings);

    /// <summary>The same with services of the test's in place of the studio's.</summary>
    public static Studio Start(Action<IServiceCollection> change, params (string Key, string Value)[] settings)
    {
        var studio = new Studio(change, settings);
        studio.StartServer();
        return studio;
    }

    /// <summary>What it says of its parts as soon as it is ready.</summary>
    public async Task<JsonElement> ReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        while (true)
        {
            var answer = await http.GetAsync("/health/ready");
            if (answer.IsSuccessStatusCode)
            {
                return await answer.Content.ReadFromJsonAsync<JsonElement>();
            }

            await Task.Delay(20);
        }
    }

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSolutionRelativeContentRoot(".");
        builder.UseEnvironment("Production");
        builder.UseStaticWebAssets();
        builder.UseSetting("DataDirectory", DataDirectory);
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        builder.ConfigureTestServices(change);
        foreach (var (key, value) in Unhurried.Concat(settings))
        {
            builder.UseSetting(key, value);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        data.Delete(recursive: true);
    }
}
