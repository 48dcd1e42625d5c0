using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips.Fetching;

/// <summary>
/// Fetches files from the open internet for people who may not be trusted. Each name is resolved once for a connection, every address that it has is checked, and the connection goes to just those
/// addresses, so that a name which means another machine a moment later (DNS rebinding) leads nowhere. Redirects are followed here, each checked like the first address. Neither proxies, cookies nor
/// packed bodies.
/// </summary>
internal sealed class Fetcher : IDisposable
{
    private const int MostRedirects = 5;
    private const int SniffedBytes = 64 << 10;
    private const int BufferBytes = 128 << 10;

    private readonly HttpClient http;
    private readonly FetchOptions options;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly IPNetwork[] allowed;

    /// <summary>Prepares for fetching; connections are shared by all that is fetched.</summary>
    public Fetcher(IOptions<FetchOptions> options)
        : this(options.Value, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>The same with a way of its own to find addresses.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="resolve">Gives the addresses of a name.</param>
    internal Fetcher(FetchOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        (this.options, this.resolve) = (options, resolve);
        allowed = [.. options.AllowedNetworks.Select(text => IPNetwork.Parse(text))];
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.MostConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
        })
        {
            // Ours tell apart what took too long.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Downbeat/1");
        http.DefaultRequestHeaders.Accept.ParseAdd("video/*, image/*;q=0.9, */*;q=0.5");
    }

    /// <summary>Takes an address as somebody typed it.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: it is none that could be fetched.</exception>
    public static Uri Read(string? text) =>
        text is { Length: <= 2048 } && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && IsWeb(address)
            ? address
            : throw StudioProblem.Field("url", "Give the whole address of a file, beginning with https:// or http://, without a user name.");

    /// <summary>What a file is called by its address: the last part, or the host where there is none.</summary>
    public static string NameOf(Uri address) => Uri.UnescapeDataString(address.Segments[^1].Trim('/')) is { Length: > 0 } name ? name : address.Host;

    /// <summary>Fetches a file.</summary>
    /// <param name="address">Where from.</param>
    /// <param name="path">Where to; what is there is overwritten. Memory stays flat whatever the size.</param>
    /// <param name="maxBytes">Largest file.</param>
    /// <param name="tooLarge">What to say when it is larger.</param>
    /// <param name="progress">Told what share has come, 0 to 1, when the server says how much there is.</param>
    /// <param name="stop">Ends the fetching.</param>
    /// <returns>What came; its name is the last part of the address.</returns>
    /// <exception cref="StudioProblem">What trying again does not mend: 422 <c>import.address_refused</c>, <c>import.not_there</c>, <c>import.redirects</c>, <c>import.timed_out</c>; 415 as <see cref="MediaSniffer"/> says; <paramref name="tooLarge"/>.</exception>
    /// <exception cref="TransientProblem">What may go better next time.</exception>
    public async Task<Upload> FetchAsync(Uri address, string path, long maxBytes, StudioProblem tooLarge, Action<double> progress, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.MostTime);
        try
        {
            using var answer = await AskAsync(address, limit.Token);
            if (answer.Content.Headers.ContentLength > maxBytes)
            {
                throw tooLarge;
            }

            return await SaveAsync(answer, address, path, maxBytes, tooLarge, progress, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && limit.IsCancellationRequested)
        {
            throw new StudioProblem(422, "import.timed_out", $"The file did not come within {options.MostTime.TotalMinutes:0.#} minutes; download it yourself and upload it.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException { InnerException: SocketException or HttpIOException } or HttpIOException)
        {
            throw e.GetBaseException() as StudioProblem ?? (Exception)new TransientProblem("import.unreachable", "The server cannot be reached, or breaks off.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static bool IsWeb(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.UserInfo.Length == 0 && address.Host.Length > 0;

    /// <summary>Asks, and goes where redirects lead.</summary>
    private async Task<HttpResponseMessage> AskAsync(Uri address, CancellationToken stop)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var answer = await WithinAsync(options.StallTimeout, token => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), stop);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                address = (int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.Headers.Location is { } next ? new Uri(address, next) : throw Refused(answer.StatusCode);
                if (!IsWeb(address))
                {
                    throw Forbidden();
                }
            }
        }

        throw new StudioProblem(422, "import.redirects", "The address leads from one place to the next without end; open it in a browser and take the address of the file itself.");
    }

    private async Task<Upload> SaveAsync(HttpResponseMessage answer, Uri address, string path, long maxBytes, StudioProblem tooLarge, Action<double> progress, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1, FileOptions.Asynchronous);
            await using var body = await answer.Content.ReadAsStreamAsync(stop);
            for (int read; (read = await WithinAsync(options.StallTimeout, token => body.ReadAsync(buffer.AsMemory(0, BufferBytes), token).AsTask(), stop)) > 0;)
            {
                if (file.Length + read > maxBytes)
                {
                    throw tooLarge;
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), stop);
                if (file.Length >= SniffedBytes && file.Length - read < SniffedBytes)
                {
                    // A page that calls itself a film need not be fetched to its end.
                    MediaSniffer.Identify(path);
                }

                progress(answer.Content.Headers.ContentLength is > 0 and var length ? (double)file.Length / length : 0);
            }

            return new(path, NameOf(address), file.Length, Convert.ToHexStringLower(hash.GetHashAndReset()), new Dictionary<string, string>());
        }
        catch (IOException e) when (FileStore.IsFull(e))
        {
            throw FileStore.Full();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Waits for one thing only so long: a server that says nothing more is given up, and asked again later.</summary>
    private static async Task<T> WithinAsync<T>(TimeSpan time, Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(stop);
        stalled.CancelAfter(time);
        try
        {
            return await work(stalled.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested && stalled.IsCancellationRequested)
        {
            throw new TransientProblem("import.silent", $"The server said nothing for {time.TotalSeconds:0} seconds.", e);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var name = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(name, out var literal) ? [literal] : await resolve(name, stop);
        if (addresses.Length == 0 || !addresses.All(address => PublicAddresses.Contains(address) || allowed.Any(network => network.Contains(address))))
        {
            throw Forbidden();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Exception Refused(HttpStatusCode status) => (int)status is 408 or 425 or 429 or >= 500
        ? new TransientProblem("import.server_failed", $"The server answered {(int)status}, which may pass.")
        : new StudioProblem(422, "import.not_there", $"The server answered {(int)status} instead of giving the file; open the address in a browser to see whether it is there for everybody.");

    private static StudioProblem Forbidden() =>
        new(422, "import.address_refused", "Files are fetched from the open internet only, by http or https, and this address leads elsewhere. Download the file yourself and upload it.");
}
