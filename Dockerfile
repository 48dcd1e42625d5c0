# The same studio as ./run.sh starts: Release, the embedded default, listening on port 8080, everything it keeps in /data.
#   docker build -t downbeat . && docker run -p 8080:8080 -v downbeat:/data downbeat
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Packages change less often than code: this layer is kept until they do.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY App/App.csproj App/
RUN dotnet restore App/App.csproj -p:PublishReadyToRun=true
COPY . .
# Compiled ahead of time: the container answers its first request in half the time.
RUN dotnet publish App/App.csproj -c Release --no-restore -p:PublishReadyToRun=true -o /studio

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data \
    && chown "$APP_UID" /data
# The published folder is the content root, so the studio starts from within it.
WORKDIR /studio
COPY --from=build /studio .
ENV DataDirectory=/data ASPNETCORE_HTTP_PORTS=8080
USER $APP_UID
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD curl --fail --silent --output /dev/null "http://localhost:$ASPNETCORE_HTTP_PORTS/health" || exit 1
ENTRYPOINT ["dotnet", "App.dll"]
