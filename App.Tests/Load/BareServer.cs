using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Downbeat.Tests.Load;

/// <summary>Kestrel with nothing around it, in a process of its own: what this machine can do at all. <c>App.Tests -- bare-kestrel PORT FILE</c></summary>
internal static class BareServer
{
    /// <summary>The hidden word that starts it.</summary>
    public const string Word = "bare-kestrel";

    /// <summary>Path of an answer of so many bytes.</summary>
    public static string Body(long bytes) => $"/body/{bytes}";

    /// <summary>Path of the beginning of the file, of so many bytes, sent as a part of it.</summary>
    public static string Part(long bytes) => $"/part/{bytes}";

    /// <summary>Path that takes a body in pieces of 8 KB and writes each to a file before it takes the next.</summary>
    public const string SmallPieces = "/pieces";

    /// <summary>Path that reads the file into memory and answers with it.</summary>
    public const string Plain = "/plain";

    /// <summary>Path that tells the bytes that the process has allocated.</summary>
    public const string Allocated = "/allocated";

    public static async Task<int> RunAsync(string[] options)
    {
        var file = new FileInfo(options[1]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{options[0]}").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var bodies = new System.Collections.Concurrent.ConcurrentDictionary<string, byte[]>();
        app.Run(async http =>
        {
            var path = http.Request.Path.Value!;
            if (path.StartsWith("/body/", StringComparison.Ordinal))
            {
                var body = bodies.GetOrAdd(path[6..], size => [.. Enumerable.Repeat((byte)'x', int.Parse(size, CultureInfo.InvariantCulture))]);
                http.Response.ContentType = "application/json; charset=utf-8";
                http.Response.ContentLength = body.Length;
                await http.Response.Body.WriteAsync(body);
            }
            else if (path.StartsWith("/part/", StringComparison.Ordinal))
            {
                var bytes = long.Parse(path[6..], CultureInfo.InvariantCulture);
                http.Response.StatusCode = StatusCodes.Status206PartialContent;
                http.Response.Headers.ContentRange = $"bytes 0-{bytes - 1}/{file.Length}";
                http.Response.ContentLength = bytes;
                await http.Response.SendFileAsync(file.FullName, 0, bytes);
            }
            else
            {
                await PlainAsync(http, path, file);
            }
        });
        await app.RunAsync();
        return 0;
    }

    private static async Task PlainAsync(HttpContext http, string path, FileInfo file)
    {
        switch (path)
        {
            case SmallPieces:
                await using (var target = new FileStream(Path.Combine(file.DirectoryName!, "pieces.bin"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
                {
                    var piece = new byte[8 << 10];
                    for (var count = await http.Request.Body.ReadAsync(piece); count > 0; count = await http.Request.Body.ReadAsync(piece))
                    {
                        await target.WriteAsync(piece.AsMemory(0, count));
                    }
                }

                http.Response.ContentLength = 0;
                break;
            case Plain:
                var all = await File.ReadAllBytesAsync(file.FullName);
                http.Response.ContentLength = all.Length;
                await http.Response.Body.WriteAsync(all);
                break;
            case Allocated:
                await http.Response.WriteAsync(GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture));
                break;
            default:
                http.Response.ContentLength = 0;
                break;
        }
    }
}
